package wechatsim_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"rixue/internal/wechat/wechatsim"
)

func TestTags(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	a, gone := sim.Follower("a"), sim.Follower("b")
	a.Follow()
	made := c.post("/cgi-bin/tags/create", `{"tag":{"name":"职工"}}`)["tag"].(map[string]any)
	id := int(made["id"].(float64))

	if got := c.post("/cgi-bin/tags/create", `{"tag":{"name":"职工"}}`); got.code() != 45157 {
		t.Errorf("the same name: %v", got)
	}
	put := func(ids ...string) answerJSON {
		list, err := json.Marshal(ids)
		if err != nil {
			t.Fatal(err)
		}
		return c.post("/cgi-bin/tags/members/batchtagging", fmt.Sprintf(`{"openid_list":%s,"tagid":%d}`, list, id))
	}
	got := put(a.OpenID(), gone.OpenID())
	if got.code() != 45171 || fmt.Sprint(got["fail_openid_list"]) != "["+gone.OpenID()+"]" {
		t.Errorf("one who does not follow: %v", got)
	}
	if got := put(strings.Split(strings.Repeat(a.OpenID()+" ", 50)+a.OpenID(), " ")...); got.code() != 40032 {
		t.Errorf("51 openids: %v", got)
	}
	if got := put("x"); got.code() != 40003 {
		t.Errorf("no openid: %v", got)
	}
	members := c.post("/cgi-bin/user/tag/get", fmt.Sprintf(`{"tagid":%d}`, id))
	if members["count"] != 1.0 || members["next_openid"] != a.OpenID() {
		t.Errorf("members %v", members)
	}
	if got := c.post("/cgi-bin/tags/delete", `{"tag":{"id":2}}`); got.code() != 45058 {
		t.Errorf("deleting the platform's tag: %v", got)
	}
	c.post("/cgi-bin/tags/delete", fmt.Sprintf(`{"tag":{"id":%d}}`, id))
	if got := put(a.OpenID()); got.code() != 45159 {
		t.Errorf("a deleted tag: %v", got)
	}
}

func TestListOfFollowersSurvivesLeaving(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	var ids []string
	for _, name := range []string{"a", "b", "c"} {
		f := sim.Follower(name)
		f.Follow()
		ids = append(ids, f.OpenID())
	}
	if len(ids[0]) != 28 || ids[0][0] != 'o' {
		t.Errorf("openid %q", ids[0])
	}
	sim.Follower("b").Unfollow()
	page := c.get("/cgi-bin/user/get", "&next_openid="+ids[1])
	want := map[string]any{"openid": []any{ids[2]}}
	if page["total"] != 2.0 || fmt.Sprint(page["data"]) != fmt.Sprint(want) {
		t.Errorf("after the one who left: %v", page)
	}
	if end := c.get("/cgi-bin/user/get", "&next_openid="+ids[2]); end["count"] != 0.0 || end["next_openid"] != "" {
		t.Errorf("the end: %v", end)
	}
	if info := c.get("/cgi-bin/user/info", "&openid="+ids[1]); info["subscribe"] != 0.0 {
		t.Errorf("who left: %v", info)
	}
}

// recorder stands for a *testing.T that is told to fail.
type recorder struct{ failed []string }

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.failed = append(r.failed, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...) }

func TestExpectFailsWhereItShould(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, quiet)
	c := newCaller(t, sim)
	a := sim.Follower("a")
	a.Follow()
	a.Say("x")
	c.say(a, "一 二")
	c.say(a, "三")

	var r recorder
	a.Expect(&r, "一", "二")
	if len(r.failed) != 0 {
		t.Errorf("a fitting message fails: %q", r.failed)
	}
	a.ExpectNothing(&r)
	a.Expect(&r, "四")
	a.ExpectNothing(&r)
	a.Expect(&r)
	if len(r.failed) != 3 {
		t.Errorf("failures %q, want: unread, without 四, nothing more", r.failed)
	}
}
