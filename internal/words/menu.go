package words

import (
	"fmt"
	"strings"
)

// StaffTag is the name of the tag at WeChat that the staff carries, at most 30
// characters.
const StaffTag = "职工"

// The buttons of the menus: at most 16 bytes on the first level, of which a
// phone shows 4 characters, and 7 below.
const (
	ButtonToday  = "今日学习"
	ButtonStudy  = "学习"
	ButtonMakeUp = "补学"
	ButtonMine   = "我的"
	ButtonPage   = "学习网页"
	ButtonBind   = "职工绑定"
	ButtonHelp   = "帮助"
)

// The menus of the account.
const (
	MenuDefault = "默认菜单"
	MenuStaff   = "职工菜单"
)

// MenuOther is a menu that is not ours; tag may be a name, a number or empty.
func MenuOther(tag string) string {
	if tag == "" {
		return "其他个性化菜单"
	}
	return "其他个性化菜单（标签“" + tag + "”）"
}

// MenuClick says which key a button sends; path is its name behind that of the
// button above it.
func MenuClick(path []string, key string) string {
	return strings.Join(path, " / ") + "：点击 " + key
}

// MenuView says which page a button opens.
func MenuView(path []string, url string) string {
	return strings.Join(path, " / ") + "：打开 " + url
}

// MenuType is a button of a kind that we do not use.
func MenuType(path []string, kind string) string {
	return strings.Join(path, " / ") + "：" + kind
}

// The parts of what `rixue menu` prints.
const (
	MenuHas      = "微信上现在："
	MenuShould   = "应当是："
	MenuDiffers  = "差别："
	MenuNone     = "（没有菜单）"
	MenuEqual    = "微信上的菜单与应有的一致。"
	MenuCure     = "要发布，请运行 rixue menu --apply。"
	MenuNoChange = "微信上的菜单与应有的一致，没有改动。"
	MenuApplied  = "已核对，微信上的菜单与应有的一致。手机上重新进入公众号就能看到，最多晚 5 分钟。"
)

// How a menu differs.
const (
	MenuNoTag = "还没有“" + StaffTag + "”标签"
	menuOrder = "按钮的顺序或层次不同"
)

// MenuMissing is a menu that should be there.
func MenuMissing(menu string) string { return "还没有" + menu }

// MenuExtra is a menu that should not be there.
func MenuExtra(menu string) string { return "多了" + menu }

// MenuChanged lists the buttons that a menu lacks and those that it should not
// have.
func MenuChanged(menu string, missing, extra []string) string {
	var parts []string
	if len(missing) > 0 {
		parts = append(parts, "少了"+quoted(missing))
	}
	if len(extra) > 0 {
		parts = append(parts, "多了"+quoted(extra))
	}
	if parts == nil {
		parts = []string{menuOrder}
	}
	return menu + strings.Join(parts, "，")
}

// MenuStillDiffers says that WeChat took everything and shows something else.
const MenuStillDiffers = "发布的步骤都做完了，但微信上的菜单和应有的还不一致，请稍后用 rixue menu --diff 再看。"

// MenuMakeTag is a step of publishing.
const MenuMakeTag = "建“" + StaffTag + "”标签"

// MenuPublish is another step.
func MenuPublish(menu string) string { return "发布" + menu }

// MenuRemove is the step that takes a menu away.
func MenuRemove(menu string) string { return "删去" + menu }

// MenuDone tells of a step that went well.
func MenuDone(step string) string { return "已" + step + "。" }

// MenuFailed tells of one that did not; what the account has is listed besides.
func MenuFailed(step, cause string) string {
	return fmt.Sprintf("%s没有成功（%s）。处理后请再运行 rixue menu --apply。", step, cause)
}

// MenuUnread says that the platform does not tell what the account has.
func MenuUnread(cause string) string {
	return "微信上的菜单读不到（" + cause + "）。请先用 rixue check 查看原因。"
}

// MenuStateUnread says the same after a step failed.
func MenuStateUnread(cause string) string {
	return "微信上现在是什么菜单也读不到（" + cause + "），请稍后用 rixue menu --diff 查看。"
}

// The line of `rixue check`.
const (
	CheckMenu        = "自定义菜单"
	CheckMenuGood    = "与应有的一致"
	CheckMenuDiffers = "与应有的不一致，请用 rixue menu --diff 查看，再用 rixue menu --apply 发布"
)
