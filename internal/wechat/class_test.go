package wechat

import (
	"errors"
	"net/url"
	"strings"
	"testing"
)

func TestClassOf(t *testing.T) {
	for class, codes := range map[Class][]int{
		ClassNow:     {-1, 45169, 45171},
		ClassLater:   {45009, 45011, 45028, 43117, 89504},
		ClassToken:   {40001, 40014, 42001},
		ClassUser:    {40003, 43004, 43019, 43101, 45015, 45047, 48002, 50002, 70000},
		ClassContent: {47003, 45002, 45008, 40007, 45157, 65303, 12345},
		ClassAlarm:   {40013, 40125, 40164, 41001, 40037, 43116, 48001, 48004},
	} {
		for _, code := range codes {
			if got := classOf(code); got != class {
				t.Errorf("%d is %v, want %v", code, got, class)
			}
		}
	}
}

func TestTemporary(t *testing.T) {
	for class := ClassUnknown; class <= ClassAlarm; class++ {
		want := class == ClassNow || class == ClassLater
		if got := (&Error{Class: class}).Temporary(); got != want {
			t.Errorf("%v: temporary is %v", class, got)
		}
	}
}

func TestRefusalKeepsTheRID(t *testing.T) {
	e := refusal("/p", 43101, "user refuse to accept the msg rid: 67403316-467731bb-0e997a4d")
	if e.Msg != "user refuse to accept the msg" || e.RID != "67403316-467731bb-0e997a4d" {
		t.Errorf("%+v", e)
	}
}

func TestErrorsHoldNoSecrets(t *testing.T) {
	for _, s := range []string{
		"http://x/?access_token=SESAME&x=1", "secret=SESAME", `{"access_token":"SESAME"}`, `"secret" : "SESAME"`,
		"?refresh_token=SESAME", "?appid=1&code=SESAME&x", "appsecret=SESAME",
	} {
		e := noAnswer("/p", NoAnswer, ClassNow, &url.Error{Op: "Get", URL: s, Err: errors.New(s)})
		if strings.Contains(e.Error(), "SESAME") {
			t.Errorf("%s: %v", s, e)
		}
	}
	if got := redact("errcode=40001, errmsg=x"); got != "errcode=40001, errmsg=x" {
		t.Errorf("too much redacted: %q", got)
	}
}
