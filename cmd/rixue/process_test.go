package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rixue/internal/calendar"
	"rixue/internal/db"
	"rixue/internal/db/dbtest"
	"rixue/internal/wechat/wechatsim"
)

// binary is the real program, built once.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "rixue-test-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "rixue")
	cmd := exec.Command("go", "build", "-o", path, ".")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return path, nil
})

// house is a hospital whose product runs in processes of its own.
type house struct {
	t   testing.TB
	env []string
	url string // of the database, as internal/db opens it
	sim *wechatsim.Sim

	config string // file; empty: none
	clock  atomic.Pointer[calendar.Clock]
}

// now is the business time of processes and platform.
func (h *house) now() time.Time {
	if c := h.clock.Load(); c != nil {
		return c.Now()
	}
	return time.Now()
}

const aesKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

func newHouse(t *testing.T, postgres bool) *house {
	t.Helper()
	dir := t.TempDir()
	h := &house{t: t}
	appID := "wx" + strings.ToLower(fmt.Sprintf("%x", random(8)))
	h.sim = wechatsim.New(wechatsim.Options{AppID: appID, Secret: "0123456789abcdef0123456789abcdef", Token: "testtoken", AESKey: aesKey, Now: h.now})
	api := httptest.NewServer(h.sim)
	t.Cleanup(func() { api.Close(); h.sim.Close() })
	h.env = append(os.Environ(), "RIXUE_DATA_DIR="+dir, "RIXUE_LISTEN=127.0.0.1:0",
		"RIXUE_WECHAT_APP_ID="+appID, "RIXUE_WECHAT_APP_SECRET=0123456789abcdef0123456789abcdef",
		"RIXUE_WECHAT_TOKEN=testtoken", "RIXUE_WECHAT_ENCODING_AES_KEY="+aesKey, "RIXUE_WECHAT_API_BASE="+api.URL)
	h.url = "sqlite:" + filepath.Join(dir, "rixue.db")
	if postgres {
		h.url = dbtest.PostgresURL(t)
		redis := os.Getenv("RIXUE_TEST_REDIS")
		if redis == "" {
			t.Skip("RIXUE_TEST_REDIS is not set")
		}
		dbtest.Used(t, "redis")
		h.env = append(h.env, "RIXUE_DATABASE_URL="+h.url, "RIXUE_REDIS_URL="+redis)
	}
	return h
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// run carries out a command and returns what it printed.
func (h *house) run(args ...string) string {
	h.t.Helper()
	path, err := binary()
	if err != nil {
		h.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Env = h.env
	cmd.Stderr = h.t.Output()
	out, err := cmd.Output()
	if err != nil {
		h.t.Fatalf("rixue %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// serve starts a process and returns when it listens.
func (h *house) serve(args ...string) *server {
	h.t.Helper()
	path, err := binary()
	if err != nil {
		h.t.Fatal(err)
	}
	args = append([]string{"serve"}, args...)
	if h.config != "" {
		args = append([]string{"--config", h.config}, args...)
	}
	s := &server{cmd: exec.Command(path, args...), gone: make(chan struct{})}
	s.cmd.Env = h.env
	s.cmd.Stderr = h.t.Output()
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(s.kill)
	lines := bufio.NewScanner(out)
	for s.addr == "" && lines.Scan() {
		var line struct{ Msg, Listen string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "serving" {
			s.addr = line.Listen
		}
	}
	if s.addr == "" {
		h.t.Fatal("serve ended before it listened")
	}
	go func() {
		io.Copy(io.Discard, out)
		s.cmd.Wait()
		close(s.gone)
	}()
	return s
}

type server struct {
	cmd  *exec.Cmd
	addr string
	gone chan struct{}
}

func (s *server) callback() string { return "http://" + s.addr + "/wechat" }

// kill ends the process as a power cut would: at once.
func (s *server) kill() {
	s.cmd.Process.Signal(syscall.SIGKILL)
	<-s.gone
}

// people imports n members, a topic for today with questions, and binds
// everybody through the callback.
func (h *house) people(n, questions int) []*wechatsim.Follower {
	h.t.Helper()
	dir := h.t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			h.t.Fatal(err)
		}
		return path
	}
	var roster, quiz strings.Builder
	roster.WriteString("工号,姓名,科室,所在支部\n")
	for i := range n {
		fmt.Fprintf(&roster, "%04d,职工,内科,第一支部\n", i+1)
	}
	day := calendar.StudyDay(time.Now(), 3*60)
	quiz.WriteString("日期,题型,题干,答案\n")
	for i := range questions {
		fmt.Fprintf(&quiz, "%s,判断,第%d问,对\n", day, i+1)
	}
	h.run("import", "roster", write("roster.csv", roster.String()))
	h.run("import", "topics", "--approve", "0001", write("topics.csv", fmt.Sprintf("日期,标题,正文\n%s,今天,正文\n", day)))
	h.run("import", "questions", "--approve", "0001", write("questions.csv", quiz.String()))
	codes := h.run("bind-codes")

	server := h.serve()
	h.sim.SetCallback(server.callback())
	var all []*wechatsim.Follower
	var wg sync.WaitGroup
	for line := range strings.Lines(codes) {
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) < 4 || f[0] == "工号" {
			continue
		}
		who := h.sim.Follower(f[0])
		all = append(all, who)
		wg.Go(func() {
			who.Follow()
			if got := who.Say("绑定 " + f[0] + " 职工 " + f[3]); !strings.Contains(got.Text, "绑定成功") {
				h.t.Errorf("binding %s: %+v", f[0], got)
			}
			if got := who.Say("学习"); !strings.Contains(got.Text, "第 1/") {
				h.t.Errorf("study %s: %+v", f[0], got)
			}
		})
	}
	wg.Wait()
	server.kill()
	if len(all) != n || h.t.Failed() {
		h.t.Fatalf("%d of %d people are bound", len(all), n)
	}
	return all
}

// answers counts each member's stored answers, by staff number.
func (h *house) answers() map[string]int {
	h.t.Helper()
	d, err := db.Open(context.Background(), h.url, db.Options{Conns: 2})
	if err != nil {
		h.t.Fatal(err)
	}
	defer d.Close()
	counts := map[string]int{}
	err = d.View(context.Background(), func(tx *db.Tx) error {
		nos, err := db.Column[string](context.Background(), tx, `SELECT m.staff_no FROM answer a JOIN member m ON m.id = a.member_id`)
		for _, no := range nos {
			counts[no]++
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return counts
}

// TestKillUnderLoad kills the real program with -9 in the middle of 200
// concurrent answers, five times: what was acknowledged is there, once; what
// was not can be sent again and counts once.
func TestKillUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and kills the real program")
	}
	t.Run("sqlite", func(t *testing.T) { killUnderLoad(t, newHouse(t, false)) })
	t.Run("postgres", func(t *testing.T) { killUnderLoad(t, newHouse(t, true)) })
}

func killUnderLoad(t *testing.T, h *house) {
	const people, rounds = 200, 5
	all := h.people(people, rounds)
	for round := 1; round <= rounds; round++ {
		server := h.serve()
		h.sim.SetCallback(server.callback())
		seen := make([]wechatsim.Seen, people)
		acked := make(chan struct{}, people)
		var wg sync.WaitGroup
		for i, f := range all {
			wg.Go(func() {
				if seen[i] = f.Say("对"); !seen[i].Notice {
					acked <- struct{}{}
				}
			})
		}
		for range round * 15 { // earlier and later in the rush
			<-acked
		}
		server.kill()
		wg.Wait()

		before := h.answers()
		server = h.serve()
		h.sim.SetCallback(server.callback())
		lost := 0
		for i, f := range all {
			if !seen[i].Notice {
				if before[f.Name()] != round {
					t.Errorf("round %d: an acknowledged answer of %s is gone", round, f.Name())
				}
				continue
			}
			lost++
			wg.Go(func() {
				if got := f.Again(); !strings.Contains(got.Text, "回答正确") {
					t.Errorf("round %d: sent again: %+v", round, got)
				}
			})
		}
		wg.Wait()
		after := h.answers()
		for _, f := range all {
			if n := after[f.Name()]; n != round {
				t.Errorf("round %d: %s has %d answers", round, f.Name(), n)
			}
		}
		t.Logf("round %d: %d acknowledged, %d sent again", round, people-lost, lost)
		server.kill()
	}
}

// A process that is asked to stop finishes what it has begun and ends well.
func TestStop(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the real program")
	}
	h := newHouse(t, false)
	s := h.serve()
	h.sim.SetCallback(s.callback())
	if got := h.sim.Follower("甲").Follow(); !strings.Contains(got.Text, "欢迎") {
		t.Fatalf("%+v", got)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-s.gone
	if code := s.cmd.ProcessState.ExitCode(); code != 0 {
		t.Errorf("exit %d", code)
	}
}
