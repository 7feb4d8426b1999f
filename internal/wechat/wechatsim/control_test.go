package wechatsim_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rixue/internal/wechat/wechatsim"
)

func control(sim *wechatsim.Sim, change func(*http.Request), method, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "127.0.0.1:9090"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	sim.ServeHTTP(w, r)
	return w
}

func TestControlPlaysAPerson(t *testing.T) {
	sim := newSim(t, wechatsim.Options{}, func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		answer(w, b, "收到")
	})
	plain := func(r *http.Request) { r.Header.Set("Accept", "text/plain") }
	if got := control(sim, plain, "POST", "/sim/say", "who=a&text=x").Body.String(); got != "(does not follow)\n" {
		t.Errorf("before following: %q", got)
	}
	if got := control(sim, plain, "POST", "/sim/follow", "who=a").Body.String(); got != "收到\n" {
		t.Errorf("follow: %q", got)
	}
	asJSON := func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }
	got := control(sim, asJSON, "POST", "/sim/say", `{"who":"a","text":"x"}`).Body.String()
	if !strings.Contains(got, `"text":"收到"`) || !strings.Contains(got, `"attempts":1`) {
		t.Errorf("say: %s", got)
	}
	if got := control(sim, nil, "GET", "/sim/phone?who=a&plain=1", "").Body.String(); strings.Count(got, "收到") != 2 {
		t.Errorf("phone: %s", got)
	}
	control(sim, nil, "POST", "/sim/fault", "path=/cgi-bin/getcallbackip&code=-1&times=1")
	c := newCaller(t, sim)
	if a := c.get("/cgi-bin/getcallbackip", ""); a.code() != -1 {
		t.Errorf("with a fault: %v", a)
	}
	if a := c.get("/cgi-bin/getcallbackip", ""); a.code() != 0 {
		t.Errorf("after it: %v", a)
	}
}

func TestControlIsForThisMachineOnly(t *testing.T) {
	sim := wechatsim.New(wechatsim.Options{})
	for name, change := range map[string]func(*http.Request){
		"host":        func(r *http.Request) { r.Host = "evil.example" },
		"origin":      func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") },
		"null origin": func(r *http.Request) { r.Header.Set("Origin", "null") },
	} {
		if w := control(sim, change, "POST", "/sim/follow", "who=a"); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := control(sim, nil, "GET", "/sim/follow?who=a", ""); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET follows: %d", w.Code)
	}
	local := func(r *http.Request) { r.Host = "[::1]:9090"; r.Header.Set("Origin", "http://localhost:9090") }
	if w := control(sim, local, "GET", "/sim/clock", ""); w.Code != http.StatusOK {
		t.Errorf("from here: %d", w.Code)
	}
}
