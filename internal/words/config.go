package words

import (
	"fmt"
	"strings"
)

// ConfigFault is one line of stderr about a setting: its key, what was given
// (empty if nothing), where (empty if nowhere), and the cure of the rule; rule
// and arg are those of config.Fault.
func ConfigFault(key, value, where, rule, arg string) string {
	var b strings.Builder
	b.WriteString(key)
	if value != "" {
		b.WriteString(" 现在是 " + value)
	}
	if where != "" {
		b.WriteString("（" + where + "）")
	}
	b.WriteString("：" + ConfigCure(rule, arg))
	return b.String()
}

// ConfigCure says what to write for a setting that broke a rule of config.
func ConfigCure(rule, arg string) string {
	cure, ok := configCures[rule]
	if !ok {
		return "填写有误"
	}
	if strings.Contains(cure, "%s") {
		return fmt.Sprintf(cure, arg)
	}
	return cure
}

// configCures holds a sentence for each config.Rule.
var configCures = map[string]string{
	"yaml":            "不是正确的 YAML：%s",
	"known":           "没有这一项，请改正拼写或删掉，全部名称见 rixue check --env",
	"scalar":          "这里只写一个值，不要写列表、下级、锚点或标签",
	"map":             "这里要分行写下级的名称和值",
	"needed":          "还空着，%s 要用到它，请填写",
	"before":          "要早于 %s，请改其中一个",
	"bool":            "请填 true 或 false",
	"line":            "请写成一行，不超过 200 个字",
	"word":            "中间不能有空格，不超过 200 个字符",
	"address":         "请写成 主机:端口，例如 127.0.0.1:8080，或 :8080 表示本机所有地址",
	"http":            "请写成 https://study.example.cn 这样的地址，不带 ? 和 #",
	"database":        "请填 sqlite，或 postgres://用户:密码@主机:5432/库名",
	"redis":           "请填 embedded，或 redis://、rediss://、redis-sentinel://、redis-cluster:// 开头并写明主机的地址",
	"time":            "请写成 07:30 这样的时间，从 00:00 到 23:59",
	"quiet":           "请写成 22:00-07:00 这样的时段，不要时填 off",
	"phone":           "请填电话号码，只用数字、空格、- 和 +，至少 3 位",
	"proxy":           "%s 不是地址，也不是 10.0.0.0/8 这样的网段；多个用逗号隔开",
	"app_id":          "请从公众平台的开发者页面复制，以 wx 开头，后面是字母和数字",
	"token":           "请用 3 到 32 位字母或数字，和公众平台上填的一致",
	"aes_key":         "请从公众平台的开发者页面完整复制，共 43 位字母和数字",
	"clock":           "连着真的微信（%s）时不能用测试时钟，请清空，或把 wechat.api_base 指向模拟器",
	"kind":            "没有这种通知，可用的有 %s",
	"template_id":     "请从公众平台的模板页面复制模板编号",
	"template_type":   "请填 template、subscribe_once 或 subscribe_long",
	"fields":          "至少写一个字段，例如 {thing1: title}",
	"field":           "请从模板里复制字段名，由 %s 之一加数字组成",
	"source":          "没有这个值，可用的有 %s",
	"filled":          "这个字段不能为空，只能填这种通知一定有的值：%s",
	"time_field_only": "时间和日期字段只能填 time 或 due",
}
