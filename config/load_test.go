package config

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"rixue/internal/words"
)

var update = flag.Bool("update", false, "rewrite the want sections of testdata")

// TestBrokenConfigs reads every testdata/*.txtar: a file rixue.yaml, an
// environment env, and in want the faults in both languages.
func TestBrokenConfigs(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = parse("rixue.yaml", section(a, "rixue.yaml"), strings.Split(string(section(a, "env")), "\n"))
			got := describe(err)
			if *update {
				setSection(a, "want", got)
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(section(a, "want")), got); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
		})
	}
}

func describe(err error) string {
	faults := faultsOf(err)
	if faults == nil {
		return fmt.Sprintf("no fault: %v\n", err)
	}
	var b strings.Builder
	for _, f := range faults {
		fmt.Fprintln(&b, f)
		fmt.Fprintln(&b, words.ConfigFault(f.Key, f.Value, f.Where, string(f.Rule), f.Arg))
	}
	return b.String()
}

// faultsOf returns nil if err is of another kind.
func faultsOf(err error) Faults {
	var faults Faults
	errors.As(err, &faults)
	return faults
}

func section(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func setSection(a *txtar.Archive, name, data string) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(data)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(data)})
}

// TestRulesAreUsed keeps the folder of broken configs complete.
func TestRulesAreUsed(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txtar")
	var all strings.Builder
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	for _, rule := range Rules() {
		// what stands before the argument is enough to recognise the sentence
		for _, cure := range []string{cures[rule], words.ConfigCure(string(rule), "%s")} {
			head, tail, _ := strings.Cut(cure, "%s")
			if !strings.Contains(all.String(), head) || !strings.Contains(all.String(), tail) {
				t.Errorf("no broken config shows rule %q: %s", rule, cure)
			}
		}
	}
}

func TestDefaults(t *testing.T) {
	c := mustParse(t, "")
	want := Config{
		Listen: "127.0.0.1:8080", PublicURL: "http://127.0.0.1:8080", DataDir: "./data",
		DatabaseURL: "sqlite", RedisURL: "embedded", QuietHours: "22:00-07:00",
		WorkingHours: "08:00-12:00,14:00-17:30",
		WeChat:       WeChat{APIBase: "https://api.weixin.qq.com", OpenBase: "https://open.weixin.qq.com"},
		Study:        Study{PushAt: "07:30", RemindAt: "19:30", DayEndsAt: "03:00", ShuffleOptions: true},
		Emergency:    Emergency{Medical: "120", Police: "110", Fire: "119", Crisis: "12356"},
	}
	if diff := cmp.Diff(want, *c); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

func TestEnvironmentWins(t *testing.T) {
	c := mustParse(t, "listen: 127.0.0.1:1\nstudy:\n  push_at: 08:00\n  shuffle_options: true\ntrusted_proxies: [10.0.0.0/8, '::1']\n",
		"RIXUE_LISTEN=:9000", "RIXUE_STUDY_SHUFFLE_OPTIONS=false", "RIXUE_STUDY_PUSH_AT=", "HOME=/root")
	if c.Listen != ":9000" || c.PublicURL != "http://127.0.0.1:9000" {
		t.Errorf("listen %q, public_url %q", c.Listen, c.PublicURL)
	}
	if c.Study.ShuffleOptions {
		t.Error("the variable did not switch shuffling off")
	}
	if c.Study.PushAt != "08:00" {
		t.Errorf("an empty variable changed push_at to %q", c.Study.PushAt)
	}
	if got := fmt.Sprint(c.Proxies()); got != "[10.0.0.0/8 ::1/128]" {
		t.Errorf("proxies %s", got)
	}
}

func TestVariableCuresFile(t *testing.T) {
	c := mustParse(t, "listen: nonsense\n", "RIXUE_LISTEN=:80")
	if c.Listen != ":80" {
		t.Errorf("listen %q", c.Listen)
	}
}

func TestTextOfScalarsIsKept(t *testing.T) {
	c := mustParse(t, "\ufeffemergency:\n  hospital: 010\n  crisis: '+86 571-8888 0000'\nquiet_hours: off\nwechat:\n")
	if c.Emergency.Hospital != "010" || c.Emergency.Crisis != "+86 571-8888 0000" || c.QuietHours != "off" {
		t.Errorf("got %+v, quiet %q", c.Emergency, c.QuietHours)
	}
}

func TestLoadFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	if c, err := Load("", nil); err != nil || c.Listen != "127.0.0.1:8080" {
		t.Fatalf("without a file: %v, %v", c, err)
	}
	if _, err := Load("rixue.yaml", nil); err == nil {
		t.Fatal("a named file that is missing was accepted")
	}
	if err := os.WriteFile(DefaultFile, []byte("listen: :81\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, err := Load("", nil); err != nil || c.Listen != ":81" {
		t.Fatalf("./rixue.yaml was not read: %v, %v", c, err)
	}
}

func TestCheckServe(t *testing.T) {
	err := mustParse(t, "").CheckServe()
	if faults := faultsOf(err); len(faults) != 3 {
		t.Errorf("without an account: %v", err)
	}
	c := mustParse(t, "wechat: {app_id: wx5823bf96d3bd56c7, app_secret: s3cret, token: abc}")
	if err := c.CheckServe(); err != nil {
		t.Errorf("with an account: %v", err)
	}
}

func mustParse(t *testing.T, file string, env ...string) *Config {
	t.Helper()
	c, err := parse("rixue.yaml", []byte(file), env)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
