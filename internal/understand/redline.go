package understand

// redlineWords are those of bribes, and what makes them something else.
var redlineWords = map[tag]string{
	tRed: `红包 回扣 送礼 收礼 礼品卡 送钱 塞钱 塞…钱 塞…元 塞…块 塞给…元 塞给…块 好处费 收…好处 要好处 给…好处 给好处 辛苦费 感谢费 意思意思 意思一下 表示表示 表示一下 打点 购物卡 超市卡 加油卡 油卡 茶水费 喝茶钱 送…烟 送…酒 两条烟 条烟 箱酒 瓶茅台 茅台 礼金 贿赂 行贿 受贿
		索贿 索要 请…主任…吃饭 请…医生…吃饭 请大夫吃饭 吃请 宴请 提成 药代 医药代表 器械商 开单费 开单提 统方 返点 返利 走后门 走关系 托关系 私下…转账 私下收 私下给 私自收 给医生转 给主任转 给大夫转 转给医生 转给主任 医生个人微信收 收…黑钱 黑钱 拿钱办事 暗示…钱 不给钱就不 要给钱 给…钱…安排 给钱才 给了钱
		贪污 挪用 利益输送 私设小金库 小金库 收受 药商 供应商…饭 厂家…饭 厂家…钱 厂家…旅游 现金…上交 上交…现金 礼品…上交 上交…礼 退不回去 偷偷给 塞…卡 塞…信封 信封…钱 收了…家属 收了…患者 收了…病人`,
	tRedNot:     `抢红包 有红包领 领红包 红包领 微信红包 红包的零钱 红包零钱 红包支付 红包付 红包雨 红包封面 群红包 拜年红包 发红包祝 生日红包 红包活动 红包群 新年红包 结婚红包 红包抵扣 优惠红包`,
	tRedRefused: `拒收 拒绝 婉拒 谢绝 退还 退回 退了回 退给我 还给我 还给了 坚决不收 坚决没收 不肯收 没收红包 不收红包 没要 没有收 没收我 不要红包 死活不 说什么也不 说啥也不 怎么都不收 推辞 充到…住院 交到…住院 存到…住院 充进 打进…住院`,
	tRule:       `严禁 不得 禁止 不准 九项准则 规定 准则 应当 制度 纪律 属于`,
}

// redline tells whether a text tells of bribes, or of a gift that was handed
// in; refused is a gift refused, told as praise.
func (v *sight) redline() (is, refused bool) {
	if !v.has[tRed] {
		return false, false
	}
	for _, h := range v.hits {
		if h.tag == tRed && !v.covered(h, tRedNot) {
			is = true
		}
	}
	if is && v.has[tRedRefused] && !v.handsIn() && v.any(tGood, tThanks) {
		return false, true
	}
	return is, false
}

// handsIn tells whether somebody hands a gift in.
func (v *sight) handsIn() bool {
	for _, w := range []string{"上交", "交给纪检", "交给组织", "登记", "退不回"} {
		if contains(v.text, w) {
			return true
		}
	}
	return false
}
