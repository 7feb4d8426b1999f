package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
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
// testdata/script is one story.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("RIXUE_DATA_DIR", e.WorkDir+"/data")
			return nil
		},
	})
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
