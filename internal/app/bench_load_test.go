//go:build linux

package app

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// benchConns is how many connections the load keeps open.
const benchConns = 64

// checkEvery is how many replies go by between two that are opened and read.
const checkEvery = 97

// load sends letters to a server and reads every reply.
type load struct {
	addr    string
	letters *letters
	// rate is how many are sent a second, whether the server keeps up or not;
	// at 0 each connection sends its next one when it has the reply.
	rate float64
	want []string // one of these stands in every reply
}

// loaded is what came of it.
type loaded struct {
	took    time.Duration
	waits   []time.Duration // sorted; at a rate, since the letter was due
	failed  int
	example error // one of the failures
}

func (l *loaded) perSecond() float64 { return float64(len(l.waits)) / l.took.Seconds() }

// at is a quantile of the waits.
func (l *loaded) at(q float64) time.Duration {
	if len(l.waits) == 0 {
		return 0
	}
	return l.waits[min(len(l.waits)-1, int(q*float64(len(l.waits))))]
}

// must is run for a load of which no letter may fail.
func (l load) must(tb testing.TB) *loaded {
	tb.Helper()
	out := l.run(tb)
	if out.failed > 0 {
		tb.Fatalf("%d of %d callbacks failed, one of them: %v", out.failed, l.letters.len(), out.example)
	}
	return out
}

func (l load) run(tb testing.TB) *loaded {
	tb.Helper()
	conns := make([]*benchConn, benchConns)
	for i := range conns {
		c, err := net.Dial("tcp", l.addr)
		if err != nil {
			tb.Fatal(err)
		}
		defer c.Close()
		conns[i] = &benchConn{Conn: c, in: bufio.NewReaderSize(c, 8<<10), waits: make([]time.Duration, 0, l.letters.len()/benchConns+1)}
	}
	var wg sync.WaitGroup
	var next atomic.Int64
	start := time.Now()
	for _, c := range conns {
		wg.Go(func() { l.feed(c, &next, start) })
	}
	wg.Wait()
	out := &loaded{took: time.Since(start)}
	for _, c := range conns {
		out.waits = append(out.waits, c.waits...)
		if c.err != nil {
			out.example = c.err
		}
	}
	slices.Sort(out.waits)
	out.failed = l.letters.len() - len(out.waits)
	return out
}

// feed sends the next letter that no other connection has taken, until there
// is none: as from the platform, MsgIds come in their order.
func (l load) feed(c *benchConn, next *atomic.Int64, start time.Time) {
	for i := int(next.Add(1)) - 1; i < l.letters.len(); i = int(next.Add(1)) - 1 {
		begin := time.Now()
		if l.rate > 0 {
			due := start.Add(time.Duration(float64(i) / l.rate * float64(time.Second)))
			time.Sleep(due.Sub(begin))
			begin = due
		}
		body, err := c.roundTrip(l.letters.request(i))
		wait := time.Since(begin)
		if err == nil && i%checkEvery == 0 {
			err = checkReply(body, l.want)
		}
		if err != nil {
			c.err = err
			if c.broken {
				return
			}
			continue
		}
		c.waits = append(c.waits, wait)
	}
}

// checkReply opens a reply and looks for what must stand in it.
func checkReply(body []byte, want []string) error {
	_, box, _ := bytes.Cut(body, []byte("<Encrypt><![CDATA["))
	box, _, ok := bytes.Cut(box, []byte("]]>"))
	if !ok { // the SDK writes it without CDATA
		_, box, _ = bytes.Cut(body, []byte("<Encrypt>"))
		box, _, _ = bytes.Cut(box, []byte("<"))
	}
	_, plain, err := util.DecryptMsg(benchAppID, string(box), benchAESKey)
	if err != nil {
		return fmt.Errorf("reply %q cannot be opened: %w", body, err)
	}
	if !slices.ContainsFunc(want, func(w string) bool { return strings.Contains(string(plain), w) }) {
		return fmt.Errorf("reply %q has none of %q", plain, want)
	}
	return nil
}

// benchConn speaks just enough HTTP/1.1, as a client of the standard library
// would take more of the processor than the server that is measured.
type benchConn struct {
	net.Conn
	in     *bufio.Reader
	body   []byte
	broken bool

	waits []time.Duration
	err   error
}

// roundTrip sends a request and returns the reply's body, good until the next
// call. A status other than 200 is an error.
func (c *benchConn) roundTrip(request []byte) ([]byte, error) {
	c.broken = true // until the reply has been read to its end
	if _, err := c.Write(request); err != nil {
		return nil, err
	}
	line, err := c.line()
	if err != nil {
		return nil, err
	}
	var wrong error
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		wrong = fmt.Errorf("reply begins %q", line)
	}
	length, chunked := 0, false
	for {
		if line, err = c.line(); err != nil {
			return nil, err
		}
		if len(line) == 0 {
			break
		}
		name, value, _ := bytes.Cut(line, []byte(": "))
		switch string(name) {
		case "Content-Length":
			length, err = strconv.Atoi(string(value))
		case "Transfer-Encoding":
			chunked = true
		}
		if err != nil {
			return nil, err
		}
	}
	c.body = c.body[:0]
	if chunked {
		err = c.chunks()
	} else {
		err = c.more(length)
	}
	c.broken = err != nil
	return c.body, errors.Join(wrong, err)
}

func (c *benchConn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

func (c *benchConn) more(n int) error {
	had := len(c.body)
	c.body = slices.Grow(c.body, n)[:had+n]
	_, err := io.ReadFull(c.in, c.body[had:])
	return err
}

func (c *benchConn) chunks() error {
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		n, err := strconv.ParseUint(string(line), 16, 20)
		if err != nil {
			return err
		}
		if err := c.more(int(n)); err != nil {
			return err
		}
		if _, err := c.line(); err != nil || n == 0 {
			return err
		}
	}
}
