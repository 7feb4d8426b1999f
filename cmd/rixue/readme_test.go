package main

import (
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"rixue/internal/db/dbtest"
)

// TestReadme runs the README's transcript as it stands, but for the two ports,
// which may be taken on the machine that tests.
func TestReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the real program")
	}
	t.Run("sqlite", func(t *testing.T) { transcript(t) })
	t.Run("postgres", func(t *testing.T) {
		url := dbtest.PostgresURL(t)
		redis := os.Getenv("RIXUE_TEST_REDIS")
		if redis == "" {
			t.Skip("RIXUE_TEST_REDIS is not set")
		}
		dbtest.Used(t, "redis")
		transcript(t, "RIXUE_DATABASE_URL="+url, "RIXUE_REDIS_URL="+redis)
	})
}

func transcript(t *testing.T, env ...string) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, script, ok := strings.Cut(string(b), "<!-- transcript:begin -->\n```sh\n")
	script, _, ended := strings.Cut(script, "```\n<!-- transcript:end -->")
	if !ok || !ended {
		t.Fatal("README.md has no transcript")
	}
	dir := t.TempDir()
	product, platform := freePort(t), freePort(t)
	script = strings.ReplaceAll(script, "127.0.0.1:8080", product)
	script = strings.ReplaceAll(script, "127.0.0.1:9090", platform)
	script = strings.ReplaceAll(script, "rixue sim ", "rixue sim --listen "+platform+" --callback http://"+product+"/wechat ")
	script = strings.Replace(script, "go build -o rixue ./cmd/rixue", "go build -C "+root+" -o "+dir+"/rixue ./cmd/rixue", 1)
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", "trap 'kill $(jobs -p) 2>/dev/null; wait' EXIT\n"+script)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "RIXUE_LISTEN="+product, "RIXUE_PUBLIC_URL=http://"+product), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		logs, _ := os.ReadFile(filepath.Join(dir, "try", "serve.log"))
		t.Fatalf("%v\n%s\n%s", err, out, logs)
	}
	rest := string(out)
	for _, want := range []string{
		"新增 2 人", "主题：新增 1", "题目：新增 3", "欢迎关注示例医院", "绑定成功：张三",
		"今日学习：首问负责制", "第 1/3 题", "回答正确", "第 2/3 题", "回答正确", "第 3/3 题", "回答正确",
		"今日学习已完成，答对 3/3 题", "11月已学 1/1 天", "[正常] 消息地址", "[正常] 接口凭证",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("%q is missing, or not in its place:\n%s", want, out)
		}
		rest = after
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}
