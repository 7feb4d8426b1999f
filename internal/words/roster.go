package words

import (
	"fmt"
	"strings"
)

// The columns of a roster, each by its proper title and by what else people
// call it.
var (
	RosterStaffNo    = []string{"工号", "职工号", "员工号", "员工编号", "职工编号", "人员编号", "工作证号", "工号/编号"}
	RosterName       = []string{"姓名", "名字", "职工姓名", "员工姓名", "人员姓名"}
	RosterPhone      = []string{"手机号", "手机", "手机号码", "电话", "电话号码", "联系电话", "联系方式", "移动电话"}
	RosterDepartment = []string{"科室", "部门", "所在科室", "所在部门", "科室名称", "所属科室", "科室/部门", "部门/科室"}
	RosterWindow     = []string{"窗口", "服务窗口", "所在窗口", "窗口名称"}
	RosterBranch     = []string{"所在支部", "支部", "党支部", "所在党支部", "所属支部", "所属党支部", "支部名称"}
	RosterGroup      = []string{"党小组", "所在党小组", "所属党小组", "小组"}
	RosterPolitical  = []string{"政治面貌", "政治身份", "面貌"}
	RosterPost       = []string{"职务", "职务/职称", "岗位", "职称", "现任职务"}
	RosterRoles      = []string{"角色", "系统角色", "权限"}
	RosterJoinedOn   = []string{"入党时间", "入党日期", "入党年月日"}
	RosterRemark     = []string{"备注", "说明", "附注"}
)

// What is printed with binding codes besides a member's columns.
const (
	CodeColumn  = "绑定码"
	CodeValidTo = "有效期至"
	CodeSheet   = "绑定码"
)

// The roles of a member.
const (
	RoleStaff       = "职工"
	RoleSecretary   = "支部书记"
	RoleHandler     = "办件员"
	RoleHead        = "科室负责人"
	RoleCoordinator = "投诉协调员"
	RoleCustodian   = "身份保管人"
	RoleDuty        = "值班"
	RoleInspector   = "督查员"
	RoleDiscipline  = "纪检"
	RoleLeader      = "院领导"
	RoleVolunteer   = "志愿者"
	RoleAdmin       = "管理员"
)

// Political lists what can stand under 政治面貌, as it is kept.
var Political = []string{
	"正式党员", "预备党员", "发展对象", "入党积极分子", "共青团员", "群众", "无党派人士", "民主党派",
	"民革党员", "民盟盟员", "民建会员", "民进会员", "农工党党员", "致公党党员", "九三学社社员", "台盟盟员",
}

// PoliticalToo says how else it is written.
var PoliticalToo = map[string]string{
	"中共党员": "正式党员", "党员": "正式党员", "中国共产党党员": "正式党员", "中共正式党员": "正式党员", "中共党员(正式)": "正式党员", "党员(正式)": "正式党员",
	"中共预备党员": "预备党员", "预备": "预备党员", "中共党员(预备)": "预备党员", "党员(预备)": "预备党员", "中国共产党预备党员": "预备党员",
	"积极分子": "入党积极分子", "团员": "共青团员", "中国共产主义青年团团员": "共青团员",
	"普通公民": "群众", "公民": "群众", "无党派民主人士": "无党派人士", "无党派": "无党派人士",
	"民革": "民革党员", "民盟": "民盟盟员", "民建": "民建会员", "民进": "民进会员",
	"农工党": "农工党党员", "致公党": "致公党党员", "九三学社": "九三学社社员", "台盟": "台盟盟员",
}

// Committee is the name of the committee until the hospital gives its own.
const Committee = "党委"

// What each kind of unit is called.
const (
	UnitCommittee  = "党委"
	UnitBranch     = "支部"
	UnitGroup      = "党小组"
	UnitDepartment = "科室"
	UnitWindow     = "窗口"
)

// Why a cell of a roster cannot be taken.
const (
	FaultStaffNo  = "只能有字母、数字和 - _ . /，最多 32 个"
	FaultName     = "最多 40 个字"
	FaultUnitName = "最多 60 个字"
	FaultPhone    = "应是 11 位手机号，或带区号的固定电话"
	FaultNoBranch = "填了党小组，请一并填所在支部"
	FaultNoRows   = "表头下面没有人员，请检查文件。"
)

// FaultUnknown lists what could stand instead.
func FaultUnknown(known []string) string {
	return "不认识，可填：" + strings.Join(known, "、")
}

// FaultDuplicateStaffNo names the other row.
func FaultDuplicateStaffNo(row int) string {
	return fmt.Sprintf("与第 %d 行重复", row)
}

// Refusals of an import.
const (
	CloseNeedsGoodFile = "文件里有坏行，名册不完整，这时不能停用缺少的人。请先改好坏行。"
)

// CloseTooMany refuses to close most of a roster by accident.
func CloseTooMany(missing, all int) string {
	return fmt.Sprintf("文件里缺了 %d 人，超过现有 %d 人的一半，没有停用任何人。\n请先检查文件是否完整；确实要停用，请加 --allow-mass 再导入一次。", missing, all)
}

// RosterCounts are the figures of an import.
type RosterCounts struct{ Rows, New, Changed, Same, Reopened, Missing, Bad int }

// RosterSummary is the head of an import's report.
func RosterSummary(c RosterCounts, dry, closed bool) string {
	head := "导入完成。"
	if dry {
		head = "试运行，没有改动任何数据。"
	}
	missing := "（未停用，需要停用请加 --close-missing）"
	switch {
	case c.Missing == 0:
		missing = ""
	case closed && dry:
		missing = "（将停用）"
	case closed:
		missing = "（已停用）"
	}
	return fmt.Sprintf("%s\n可用 %d 行：新增 %d 人，变化 %d 人，恢复 %d 人，不变 %d 人。\n文件里缺少 %d 人%s，坏行 %d 处。",
		head, c.Rows, c.New, c.Changed, c.Reopened, c.Same, c.Missing, missing, c.Bad)
}

// The first words of a report's lines.
const (
	RosterNew      = "新增"
	RosterChanged  = "变化"
	RosterReopened = "恢复"
	RosterMissing  = "缺少"
	RosterNewUnit  = "新建"
	RosterIgnored  = "没有用到的列："
	RosterBad      = "坏行："
)

// RosterPerson is a person's line in a report.
func RosterPerson(what, name, staffNo, department string) string {
	return fmt.Sprintf("%s %s（%s，%s）", what, name, staffNo, department)
}

// RosterUnit is a new unit's line in a report.
func RosterUnit(what, kind, name string) string {
	return what + kind + " " + name
}

// RosterChange says what becomes of a field; a sealed one is not shown.
func RosterChange(title, before, after string) string {
	return title + " " + orNothing(before) + "→" + orNothing(after)
}

// RosterSealedChange says that a field is new without showing it.
func RosterSealedChange(title string) string { return title + " 有变化" }

// RosterRenamed asks to look twice: a staff number may have gone to another.
const RosterRenamed = "姓名变了，请核对是否同一人"

// List joins what belongs to one line.
func List(items []string) string { return strings.Join(items, "；") }

func orNothing(s string) string {
	if s == "" {
		return "（空）"
	}
	return s
}

// NoSuchMember says that a staff number leads to nobody.
const NoSuchMember = "名册里没有这个工号，请核对后再试。"

// CodesOverlap says that somebody else issued codes at the same moment.
func CodesOverlap(n int) string {
	return fmt.Sprintf("有 %d 人在这期间已绑定或已由他人发码，本次印出的码对他们无效，请以另一份为准。", n)
}

// Replies to binding.
const (
	BindFailed = "绑定失败：工号、姓名或绑定码对不上。\n" +
		"绑定码只能用一次，有效 30 天；过期、丢失或换了微信，请找管理员换新码。\n" +
		"核对后请发“绑定 工号 姓名 绑定码”。一小时内错 5 次会锁定 1 小时。"
	BindSceneFailed = "绑定失败：这个绑定码已用过、已过期或已换新。\n" +
		"请找管理员换新码，也可以发“绑定 工号 姓名 绑定码”。"
	Unbound    = "已解绑，之后不再给您发职工消息。\n要再绑定，请找管理员要新的绑定码。"
	lockedHead = "绑定失败：错的次数太多，已暂时锁定。\n"
)

// BindLocked says until when; the time is written out.
func BindLocked(until string) string {
	return lockedHead + "请在 " + until + " 以后再试；绑定码找不到了，可请管理员换新码。"
}

// Bound welcomes a member and says who it is that was bound.
func Bound(name, department, staffNo string) string {
	return fmt.Sprintf("绑定成功：%s，%s，工号 %s。\n接下来发“学习”，看今天的内容；发“帮助”，看能做什么。\n如果不是您本人，请发“解绑”。", name, department, staffNo)
}

// AlreadyBound refuses a second binding of one openid.
func AlreadyBound(name, department string) string {
	return fmt.Sprintf("绑定失败：这个微信已绑定 %s（%s）。\n要换成别人，请先发“解绑”。", name, department)
}
