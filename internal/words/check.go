package words

import (
	"fmt"
	"strings"
)

// What the doctor looks at.
const (
	CheckConfig   = "配置"
	CheckClock    = "时钟"
	CheckDatabase = "数据库"
	CheckRedis    = "Redis"
	CheckCalendar = "工作日历"
	CheckAccount  = "公众号"
	CheckCallback = "消息地址"
	CheckToken    = "接口凭证"
	CheckIPs      = "微信服务器"
	CheckQuota    = "客服消息额度"

	CheckTemplates = "通知模板"
	CheckReach     = "下次推送"
)

// How things are, and what to do.
const (
	CheckGood          = "正常"
	CheckConfigGood    = "各项都能用"
	CheckRedisEmbedded = "内置，供单个进程使用"
	CheckNoAccount     = "还没有填写。请在配置里填 wechat.app_id、wechat.app_secret、wechat.token"
	CureNetwork        = "请检查服务器能否访问微信接口（wechat.api_base）"
	CureIPList         = "请在公众平台“基本配置”里把本机出口 IP 加入白名单"
	CureSecret         = "请核对 wechat.app_secret，重置过要填新的"
	CureAppID          = "请核对 wechat.app_id"
)

// CheckLine is one line of the table; light is 0 green, 1 yellow, 2 red.
func CheckLine(light int, what, state string) string {
	return [...]string{"[正常] ", "[留意] ", "[故障] "}[light] + what + "：" + state
}

// CheckUnknownEnv names a variable that nothing reads.
func CheckUnknownEnv(name string) string {
	return "环境变量 " + name + " 没有对应的配置项，请检查拼写（rixue check --env 列出全部）"
}

// CheckTestClock warns of a test clock.
func CheckTestClock(clock string) string {
	return "测试时钟 " + clock + "，正式使用请去掉 clock"
}

// CheckDatabaseAway says that the database does not answer.
func CheckDatabaseAway(cause string) string {
	return "连不上，请检查 database_url 和数据库是否在运行（" + cause + "）"
}

// CheckRedisAway says that Redis does not answer.
func CheckRedisAway(cause string) string {
	return "连不上，请检查 redis_url 和 Redis 是否在运行（" + cause + "）"
}

// CheckCallbackGood and CheckCallbackAway tell of the address that WeChat
// calls.
func CheckCallbackGood(address string) string { return address + " 应答正常" }

// CheckCallbackAway says that it does not answer as WeChat wants.
func CheckCallbackAway(address, cause string) string {
	return address + " 没有正确应答。请先启动 rixue serve，再检查 public_url、代理转发和 wechat.token（" + cause + "）"
}

// CheckTokenBad says that no token is given, with the cure.
func CheckTokenBad(cure, cause string) string { return "取不到。" + cure + "（" + cause + "）" }

// CheckCallFailed says that a call of the platform failed.
func CheckCallFailed(cause string) string {
	return "查询没有成功，请稍后再查（" + cause + "）"
}

// CheckIPsGood counts the addresses that callbacks come from.
func CheckIPsGood(n int) string { return fmt.Sprintf("能访问，消息来自 %d 个地址", n) }

// CheckQuotaLeft tells what is left of today's service messages.
func CheckQuotaLeft(remain, limit int64) string {
	return fmt.Sprintf("今天还剩 %d/%d 条", remain, limit)
}

// CheckNoTemplates says that only those can be reached who were here lately.
const CheckNoTemplates = "还没有配置。48 小时内来过的人能用客服消息收到，其他人要等下次来访；请在配置里填 wechat.templates"

// CheckTemplateGone says that the account has no such template.
func CheckTemplateGone(id string) string {
	return "公众号里没有编号为 " + id + " 的模板，请在公众平台重新复制编号"
}

// CheckTemplateType says that a template is of another type.
func CheckTemplateType(typ string) string {
	return "配置写的是 " + typ + "，和公众平台上的类型不符，请改 type"
}

// CheckTemplateFields names fields that the map lacks, or has too many.
func CheckTemplateFields(lacks, extra []string) string {
	var s []string
	if len(lacks) > 0 {
		s = append(s, "还缺 "+strings.Join(lacks, "、"))
	}
	if len(extra) > 0 {
		s = append(s, "模板里没有 "+strings.Join(extra, "、"))
	}
	return "字段对不上：" + strings.Join(s, "；") + "。请改 fields"
}

// CheckWithoutTemplate names the kinds that have no card.
func CheckWithoutTemplate(kinds []string) string {
	return "没有卡片的种类：" + strings.Join(kinds, "、") + "。这些通知到不了 48 小时没来过的人，要等他下次来访"
}

// CheckNobodyWants says that there is nobody to push to.
const CheckNobodyWants = "还没有人订阅日学"

// CheckAllReached says that everybody can be told.
func CheckAllReached(when string, all int) string {
	return fmt.Sprintf("%s，%d 人都能送到", when, all)
}

// CheckUnreached names who cannot be told.
func CheckUnreached(when string, all int, who []string) string {
	return fmt.Sprintf("%s，%d 人里有 %d 人暂时送不到：%s", when, all, len(who), strings.Join(who, "、"))
}

// CheckOneUnreached is one of them.
func CheckOneUnreached(name, staffNo, reason string) string {
	return name + "（" + staffNo + "，" + DeliveryReason(reason) + "）"
}
