package words

import "fmt"

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
