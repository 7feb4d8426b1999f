// Package wechatsim plays the WeChat platform for one service account: the
// API that the account calls, the people who follow it, and the callbacks that
// the platform sends for them. It keeps state and is strict: what WeChat
// refuses, it refuses, with the same errcode. It knows nothing of rixue, so
// that a mistake in rixue's cryptography or XML cannot hide here as well.
//
// # In tests
//
//	sim := wechatsim.New(wechatsim.Options{AppID: "wx1", Secret: "s", Token: "t", CallbackURL: url, Now: clock})
//	api := httptest.NewServer(sim) // the api_base of the product
//	li := sim.Follower("李明")
//	li.Follow()
//	li.Expect(t, "欢迎")
//	li.Say("学习")
//	li.Expect(t, "今日")
//	li.ExpectNothing(t)
//
// # From a shell
//
// Everything a test can do is also under /sim/, as a form or JSON; answers are
// JSON, or with Accept: text/plain (or ?plain=1) what the phone shows. Requests
// whose Host or Origin is not this machine are refused.
//
//	curl -H 'Accept: text/plain' -d who=李明 http://127.0.0.1:9090/sim/follow        # also scene=dept_12
//	curl -H 'Accept: text/plain' -d who=李明 -d text=学习 http://127.0.0.1:9090/sim/say # also menu_id=101
//	curl -d who=李明 -d key=STUDY_TODAY http://127.0.0.1:9090/sim/tap
//	curl -d who=李明 -d scene=dept_12 http://127.0.0.1:9090/sim/scan
//	curl -d who=李明 -d kind=image http://127.0.0.1:9090/sim/send                    # image voice video shortvideo location link
//	curl -d who=李明 http://127.0.0.1:9090/sim/unfollow
//	curl -d who=李明 -d event=VIEW --data-urlencode 'xml=<EventKey>https://a.b</EventKey>' http://127.0.0.1:9090/sim/event
//	curl -d who=李明 http://127.0.0.1:9090/sim/again                                 # the last callback once more
//	curl -d who=李明 -d template=T1,T2 http://127.0.0.1:9090/sim/accept              # the sheet: 允许; also /sim/reject
//	curl -d who=李明 -d template=T1 http://127.0.0.1:9090/sim/refuse                 # switched off in the settings
//	curl -d who=李明 http://127.0.0.1:9090/sim/block                                 # cards no longer arrive; also /sim/unblock
//	curl 'http://127.0.0.1:9090/sim/phone?who=李明'                                  # everything received
//	curl -d id=T1 -d title=学习提醒 -d kind=once -d fields=thing1,time2 http://127.0.0.1:9090/sim/template # kind: template once long
//	curl -d url=http://127.0.0.1:8080/wechat http://127.0.0.1:9090/sim/callback
//	curl -X POST http://127.0.0.1:9090/sim/verify                                   # URL verification
//	curl http://127.0.0.1:9090/sim/calls                                            # API calls by path
//	curl http://127.0.0.1:9090/sim/clock
//	curl -d advance=1h http://127.0.0.1:9090/sim/clock                              # also to=2026-11-23T19:30:00+08:00
//	curl -d who=李明 -d name=今日学习 http://127.0.0.1:9090/sim/button                # a menu button, by its name
//	curl -d who=李明 http://127.0.0.1:9090/sim/webview                               # where the browser in this phone is
//	curl http://127.0.0.1:9090/sim/codes                                            # QR codes that can be scanned
//	curl -d path=/cgi-bin/message/custom/send -d code=45009 -d times=1 http://127.0.0.1:9090/sim/fault
//	curl -d kill_tokens=true http://127.0.0.1:9090/sim/fault                        # 40001 mid-life
//	curl -X DELETE http://127.0.0.1:9090/sim/fault                                  # all well again
//
// # On a screen
//
// /sim/ shows phones side by side: the chat, the menu, and over them the pages
// of the account's site. A page on a phone is that phone's: WebView passes the
// site on with cookies of its own, so that people shown in one browser do not
// become one another, and answers web authorization and WeChat's script for the
// person whose phone it is. Tests without a screen have the same in
// Follower.Browse.
//
// # Where the platform's own documents are silent
//
// Three attempts in all for a callback; each signed anew. An answer with
// another status than 200 counts as a failed attempt. The windows of
// customer-service messages do not add up: every message counts against all
// windows that are open. A force_refresh before 30 s are over is refused with
// 45011. A scene that no API call has made is taken for an old printed code.
//
// An empty value is refused with 40250 in a template message and with 47003 in
// a notice; a value of blanks is empty. A field that the template does not have
// is refused with 47003, an address of more than 1024 bytes with 40039, and
// where a notice has neither a subscription nor right values, 43101 comes
// first. A second call with the same client_msg_id is answered as the first.
// Rejecting on the sheet ends a long-term subscription and leaves one-time
// ones; unfollowing ends all. A notice that does not arrive has the ErrorCode
// 48002 (blocked) or -1 in its event.
//
// menu/get names a tag group_id, as its published examples do. An account has
// at most 100 conditional menus, which lead to three hosts in all, the account's
// own among them. A phone shows a new menu at once, not after five minutes. An
// OAuth code that is too old is 42003.
package wechatsim
