//go:build linux

package app

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"rixue/internal/wechat/wire"
)

// The account of the benchmarks, whom nobody asks for a token.
const (
	benchAppID  = "wx0123456789abcdef"
	benchSecret = "0123456789abcdef0123456789abcdef"
	benchToken  = "benchtoken"
	benchAESKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

// letters are callbacks that were written ahead, each signed and encrypted, so
// that the measured time has none of that work in it. They lie outside of
// Go's heap: a heap of fifty megabytes would make collections rare.
type letters struct {
	b    []byte
	ends []letterEnds
}

type letterEnds struct{ query, body, request int }

func (l *letters) len() int { return len(l.ends) }

// query and body are what a handler is given, request is what goes over a
// connection.
func (l *letters) query(i int) []byte { return l.b[l.begin(i):l.ends[i].query] }
func (l *letters) body(i int) []byte  { return l.b[l.ends[i].query:l.ends[i].body] }

func (l *letters) request(i int) []byte { return l.b[l.ends[i].body:l.ends[i].request] }

func (l *letters) begin(i int) int {
	if i == 0 {
		return 0
	}
	return l.ends[i-1].request
}

// writeLetters makes everybody send text, rounds times, each time in another
// order, as people do. MsgIds grow with time, as the platform's do, and never
// come twice in one benchmark.
func writeLetters(tb testing.TB, openIDs []string, rounds int, text string, firstID int64) *letters {
	tb.Helper()
	l := &letters{ends: make([]letterEnds, 0, rounds*len(openIDs))}
	now := time.Now().Unix()
	var order []int
	dice := rand.New(rand.NewPCG(7, 30)) //nolint:gosec // the same in each run
	for i := range cap(l.ends) {
		at := i % len(openIDs)
		if at == 0 {
			order = dice.Perm(len(openIDs))
		}
		query, body := sealLetter(tb, openIDs[order[at]], text, firstID+int64(i), now)
		l.b = append(l.b, query...)
		ends := letterEnds{query: len(l.b)}
		l.b = append(l.b, body...)
		ends.body = len(l.b)
		l.b = fmt.Appendf(l.b, "POST /wechat?%s HTTP/1.1\r\nHost: study.example.com\r\nUser-Agent: Mozilla/4.0\r\n"+
			"Accept: */*\r\nPragma: no-cache\r\nConnection: Keep-Alive\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s",
			query, len(body), body)
		ends.request = len(l.b)
		l.ends = append(l.ends, ends)
	}
	heap := l.b
	var err error
	if l.b, err = syscall.Mmap(-1, 0, len(heap), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE); err != nil {
		tb.Fatal(err)
	}
	copy(l.b, heap)
	return l
}

func (l *letters) free(tb testing.TB) {
	tb.Helper()
	if err := syscall.Munmap(l.b); err != nil {
		tb.Error(err)
	}
}

// sealLetter writes a text message as the platform does in safe mode.
func sealLetter(tb testing.TB, openID, text string, id, now int64) (query, body string) {
	tb.Helper()
	plain := "<xml><ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>\n<FromUserName><![CDATA[" + openID +
		"]]></FromUserName>\n<CreateTime>" + strconv.FormatInt(now, 10) + "</CreateTime>\n<MsgType><![CDATA[text]]></MsgType>\n<Content><![CDATA[" +
		text + "]]></Content>\n<MsgId>" + strconv.FormatInt(id, 10) + "</MsgId>\n</xml>"
	random := fmt.Sprintf("%016x", id)
	box, err := util.EncryptMsg([]byte(random), []byte(plain), benchAppID, benchAESKey)
	if err != nil {
		tb.Fatal(err)
	}
	stamp, nonce := strconv.FormatInt(now, 10), strconv.FormatInt(1_000_000_000+id%1_000_000_000, 10)
	query = "signature=" + wire.Sign(benchToken, stamp, nonce) + "&timestamp=" + stamp + "&nonce=" + nonce + "&openid=" + openID +
		"&encrypt_type=aes&msg_signature=" + wire.Sign(benchToken, stamp, nonce, string(box))
	body = "<xml>\n    <ToUserName><![CDATA[gh_0123456789ab]]></ToUserName>\n    <Encrypt><![CDATA[" + string(box) + "]]></Encrypt>\n</xml>\n"
	return query, body
}
