//go:build linux

package app

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// benchServer is a server in a process of its own, so that its use of the
// processor can be told from the load's.
type benchServer struct {
	addr  string
	cmd   *exec.Cmd
	stdin io.Closer
	out   bytes.Buffer // what it wrote, complete when drained is closed
	drain chan struct{}
}

// buildProduct builds the program as it is shipped.
func buildProduct(tb testing.TB) string {
	tb.Helper()
	return build(tb, "./cmd/rixue")
}

func build(tb testing.TB, program string) string {
	tb.Helper()
	file := filepath.Join(tb.TempDir(), filepath.Base(program))
	cmd := exec.CommandContext(tb.Context(), "go", "build", "-trimpath", "-ldflags", "-s -w", "-o", file, program)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	return file
}

func startProduct(tb testing.TB, binary string, env []string) *benchServer {
	tb.Helper()
	return startServer(tb, exec.CommandContext(tb.Context(), binary, "serve"), env)
}

// startServer starts a server and waits for the line in which it says where it
// listens. Of our own environment it gets nothing that would change how it
// runs.
func startServer(tb testing.TB, cmd *exec.Cmd, env []string) *benchServer {
	tb.Helper()
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME")}, env...)
	cmd.Dir = tb.TempDir()
	s := &benchServer{cmd: cmd, drain: make(chan struct{})}
	var err error
	if s.stdin, err = cmd.StdinPipe(); err != nil {
		tb.Fatal(err)
	}
	r, w, err := os.Pipe()
	if err != nil {
		tb.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	err = cmd.Start()
	w.Close()
	if err != nil {
		tb.Fatal(err)
	}
	in := bufio.NewReader(io.TeeReader(r, &s.out))
	for s.addr == "" {
		line, err := in.ReadBytes('\n')
		if err != nil {
			tb.Fatalf("%s did not start: %v\n%s", cmd.Path, cmd.Wait(), s.out.Bytes())
		}
		var said struct{ Msg, Listen string }
		if json.Unmarshal(line, &said) == nil && said.Msg == "serving" {
			s.addr = said.Listen
		}
	}
	go func() {
		defer close(s.drain)
		io.Copy(io.Discard, in)
		r.Close()
	}()
	return s
}

// stop ends the server and complains if it did not end well.
func (s *benchServer) stop(tb testing.TB) {
	tb.Helper()
	s.stdin.Close()
	s.cmd.Process.Signal(syscall.SIGTERM)
	<-s.drain
	if err := s.cmd.Wait(); err != nil && !strings.Contains(err.Error(), "terminated") {
		tb.Errorf("%s: %v\n%s", s.cmd.Path, err, s.out.Bytes())
	}
}

// cpu is the time that the server has spent on the processor so far. The
// kernel counts it in hundredths of a second.
func (s *benchServer) cpu(tb testing.TB) time.Duration {
	tb.Helper()
	return processCPU(tb, s.cmd.Process.Pid)
}

func processCPU(tb testing.TB, pid int) time.Duration {
	tb.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		tb.Fatal(err)
	}
	f := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:]))
	return ticks(f[11]) + ticks(f[12]) // utime and stime
}

func ticks(s string) time.Duration {
	n, _ := strconv.ParseInt(s, 10, 64)
	return time.Duration(n) * 10 * time.Millisecond
}

// machineCPU is the time that all processors have been busy so far.
func machineCPU(tb testing.TB) time.Duration {
	tb.Helper()
	b, err := os.ReadFile("/proc/stat")
	if err != nil {
		tb.Fatal(err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	var busy time.Duration
	for i, f := range strings.Fields(line)[1:9] {
		if i != 3 && i != 4 { // idle and waiting for the disk
			busy += ticks(f)
		}
	}
	return busy
}

// peak is the most memory that the server has had, in MB.
func (s *benchServer) peak(tb testing.TB) float64 {
	tb.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		tb.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	kb, _ := strconv.ParseFloat(strings.Fields(rest)[0], 64)
	return kb / 1024
}
