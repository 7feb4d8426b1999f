package app

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rixue/internal/db"
)

func (s *stage) get(path string) (int, string) {
	s.t.Helper()
	resp, err := http.Get(s.server.URL + path)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return resp.StatusCode, string(b)
}

func TestAddresses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		dir := filepath.Join(s.app.Config.DataDir, "verify")
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"MP_verify_abc.txt": "abc", "secret.txt": "no"} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for path, want := range map[string]int{
			"/healthz": 200, "/readyz": 200, "/metrics": 200, "/MP_verify_abc.txt": 200,
			"/": 404, "/secret.txt": 404, "/MP_verify_none.txt": 404, "/keys.json": 404, "/MP_verify_..%2f..%2fkeys.json%2f.txt": 404,
		} {
			if got, body := s.get(path); got != want {
				t.Errorf("%s: %d %q, want %d", path, got, body, want)
			}
		}
		if _, body := s.get("/MP_verify_abc.txt"); body != "abc" {
			t.Errorf("%q", body)
		}
		s.sim.Follower("甲").Follow()
		if _, body := s.get("/metrics"); !strings.Contains(body, `rixue_callbacks_total{kind="subscribe",result="done"} 1`) {
			t.Error("a callback is not counted")
		}
		if err := s.app.DB.Close(); err != nil {
			t.Fatal(err)
		}
		if got, body := s.get("/readyz"); got != 503 || strings.Contains(body, "sql") {
			t.Errorf("without its database: %d %q", got, body)
		}
		if got, _ := s.get("/healthz"); got != 200 {
			t.Errorf("alive: %d", got)
		}
	})
}

// Marks are forgotten when WeChat can no longer ask for them, not before.
func TestForget(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		f := s.sim.Follower("甲")
		f.Follow()
		s.wait(47 * time.Hour)
		f.Say("你好")
		f.Again()
		for _, c := range []struct {
			wait  time.Duration
			marks int
		}{{0, 2}, {2 * time.Hour, 1}, {48 * time.Hour, 0}} {
			s.wait(c.wait)
			if err := s.handler.Forget(context.Background()); err != nil {
				t.Fatal(err)
			}
			if n := s.count("inbox"); n != c.marks {
				t.Errorf("after %v: %d marks, want %d", c.wait, n, c.marks)
			}
		}
		if n := s.count("inbox_late"); n != 0 {
			t.Errorf("%d notes of fetched replies are left", n)
		}
	})
}

// Nothing that names a person or repeats his words is in a log or a metric, or
// stands open in the database.
func TestNoPersonalData(t *testing.T) {
	onBoth(t, func(t *testing.T, s *stage) {
		s.withLessons()
		s.load("roster", "工号,姓名,科室,所在支部,手机号,政治面貌\n0009,钱九,内科,第一支部,13912345678,中共党员\n", ImportOptions{})
		f := s.member("钱九", "0009")
		f.Say("我叫钱九，手机13912345678，帮我看看")
		_, metrics := s.get("/metrics")
		open := s.logs.String() + metrics + s.dump("person", "id", "dialogue", "member_id") + s.dump("member", "phone", "political")
		for _, secret := range []string{f.OpenID(), "13912345678", "帮我看看", "正式党员", "钱九"} {
			if strings.Contains(open, secret) {
				t.Errorf("%q stands open", secret)
			}
		}
		if raw := s.dump("person", "openid"); strings.Contains(raw, f.OpenID()) {
			t.Error("the openid is not sealed")
		}
	})
}

// dump reads columns as text.
func (s *stage) dump(table string, columns ...string) string {
	s.t.Helper()
	var b strings.Builder
	for _, c := range columns {
		err := s.app.DB.View(context.Background(), func(tx *db.Tx) error {
			all, err := db.Column[[]byte](context.Background(), tx, "SELECT "+c+" FROM "+table)
			for _, x := range all {
				b.Write(x)
				b.WriteByte('\n')
			}
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
	return b.String()
}
