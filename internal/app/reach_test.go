package app

import (
	"context"
	"os"
	"strings"
	"testing"

	"rixue/internal/wechat/wechatsim"
)

// N14: the doctor names who cannot be told of the next push, and why.
func TestN14_WhoCannotBeReached(t *testing.T) {
	const config = `wechat:
  templates:
    study_daily: {id: O-daily, type: subscribe_once, fields: {thing1: title, time2: due}}
`
	onBoth(t, func(t *testing.T, s *stage) {
		s.sim.AddTemplate(wechatsim.Template{ID: "O-daily", Title: "明天的学习", Kind: wechatsim.KindOnce, Fields: []string{"thing1", "time2"}})
		if err := os.WriteFile(s.config, []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		s.restart()
		s.withLessons()
		line := func() string {
			t.Helper()
			for _, f := range Check(context.Background(), s.app, nil) {
				if f.What == "下次推送" {
					return f.State
				}
			}
			t.Fatal("there is no such line")
			return ""
		}
		want(t, "nobody wants it", line(), "还没有人订阅日学")
		one, two := s.reader("李四", "0002"), s.reader("王五", "0003")
		want(t, "both were here today", line(), "11月24日 07:30，2 人都能送到")
		s.until("2026-11-25", "12:00")
		one.Accept("O-daily")
		want(t, "one has a subscription left", line(),
			"11月26日 07:30，2 人里有 1 人暂时送不到：王五（0003，没有可用的渠道，等对方来访时给出，或由秘书联系）")
		two.Say("帮助")
		want(t, "the other was here", line(), "11月26日 07:30，2 人都能送到")
	})
}

// The doctor compares the templates of the configuration with the account's.
func TestCheckTemplates(t *testing.T) {
	const config = `wechat:
  templates:
    study_daily: {id: T-daily, type: template, fields: {thing1: title, time2: due}}
    study_reminder: {id: O-remind, type: subscribe_long, fields: {thing1: title, time2: due}}
    survey: {id: T-gone, type: template, fields: {thing1: title}}
    meeting_notice: {id: T-meeting, type: template, fields: {thing1: title, time2: time, thing3: place}}
`
	s := newStage(t, "sqlite")
	if err := os.WriteFile(s.config, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	s.restart()
	var out strings.Builder
	WriteFindings(&out, Check(context.Background(), s.app, nil))
	for _, line := range []string{
		"[故障] 通知模板 study_daily：字段对不上：还缺 thing3。请改 fields",
		"[故障] 通知模板 study_reminder：配置写的是 subscribe_long，和公众平台上的类型不符，请改 type",
		"[故障] 通知模板 survey：公众号里没有编号为 T-gone 的模板，请在公众平台重新复制编号",
		"[正常] 通知模板 meeting_notice：会议通知",
		"[留意] 通知模板：没有卡片的种类：case_assigned、",
	} {
		if !strings.Contains(out.String(), line) {
			t.Errorf("no line %q in\n%s", line, out.String())
		}
	}
}
