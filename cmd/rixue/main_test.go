package main

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"rixue": func() { os.Exit(run(context.Background(), os.Args, os.Stdout, os.Stderr)) },
	})
}

// TestScript plays the commands as an operator types them; each script of
// testdata/script is one story. $SIM is an address for `rixue sim`.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("RIXUE_DATA_DIR", e.WorkDir+"/data")
			e.Setenv("SIM", freePort(t))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"await": await, "post": post},
	})
}

// await URL waits until it is answered.
func await(ts *testscript.TestScript, _ bool, args []string) {
	for range 10_000_000 {
		if resp, err := http.Get(args[0]); err == nil {
			ts.Check(resp.Body.Close())
			return
		}
		runtime.Gosched()
	}
	ts.Fatalf("%s does not answer", args[0])
}

// post URL KEY=VALUE… posts a form.
func post(ts *testscript.TestScript, _ bool, args []string) {
	form := url.Values{}
	for _, a := range args[1:] {
		k, v, _ := strings.Cut(a, "=")
		form.Set(k, v)
	}
	resp, err := http.PostForm(args[0], form)
	ts.Check(err)
	ts.Check(resp.Body.Close())
	if resp.StatusCode != http.StatusOK {
		ts.Fatalf("%s: %s", args[0], resp.Status)
	}
}

// Bad arguments are exit 2, work that fails is exit 1, each with one line.
func TestExitCodes(t *testing.T) {
	t.Setenv("RIXUE_DATA_DIR", t.TempDir())
	t.Setenv("RIXUE_WECHAT_API_BASE", "http://127.0.0.1:1")
	roster := filepath.Join(t.TempDir(), "roster.csv")
	if err := os.WriteFile(roster, []byte("工号,姓名\n1,张三\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args string
		want int
	}{
		{"version", 0},
		{"check", exitFailed},
		{"import roster " + roster, exitFailed},
		{"bind-codes --renew 9999", exitFailed},
		{"serve", exitUsage},
		{"serve now", exitUsage},
		{"menu", exitUsage},
		{"menu --diff --apply", exitUsage},
		{"menu --diff now", exitUsage},
		{"menu --diff", exitUsage}, // no account
		{"import", exitUsage},
		{"import roster /nowhere.csv", exitUsage},
		{"sim --clock yesterday", exitUsage},
		{"--config /nowhere.yaml check", exitUsage},
		{"sing", exitUsage},
	} {
		var out, errOut bytes.Buffer
		if got := run(context.Background(), append([]string{"rixue"}, strings.Fields(c.args)...), &out, &errOut); got != c.want {
			t.Errorf("rixue %s: exit %d, want %d (%s)", c.args, got, c.want, errOut.String())
		}
		if lines := strings.Count(errOut.String(), "\n"); c.want == exitUsage && lines < 1 {
			t.Errorf("rixue %s says nothing", c.args)
		}
	}
}
