//go:build linux

package app

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"rixue/internal/words"
)

// rivalEnv makes this binary a server instead of a test.
const rivalEnv = "RIXUE_TEST_RIVAL"

func TestMain(m *testing.M) {
	maybeRival()
	os.Exit(m.Run())
}

// maybeRival turns the process into the server that the product is measured
// against: the most used Go SDK answers a text to every message and keeps
// nothing. It runs with Go's default collector. The SDK's logger is at Info,
// at which it writes nothing per message; its root package, which sets Debug,
// is not imported. It ends with its standard input, so that it does not
// outlive the benchmark.
func maybeRival() {
	if os.Getenv(rivalEnv) == "" {
		return
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf(`{"msg":"serving","listen":%q}`+"\n", ln.Addr())
	go func() {
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Fprintln(os.Stderr, http.Serve(ln, rival()))
	os.Exit(1)
}

func rival() http.Handler {
	account := officialaccount.NewOfficialAccount(&config.Config{
		AppID: benchAppID, AppSecret: benchSecret, Token: benchToken, EncodingAESKey: benchAESKey, Cache: cache.NewMemory(),
	})
	q := benchQuestion(1)
	reply := words.Marked(true, "A", "", q.Explanation, "") + "\n\n" + words.QuestionCard(2, benchQuestions, string(q.Kind), q.Stem, q.Options)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := account.GetServer(r, w)
		s.SetMessageHandler(func(*message.MixMessage) *message.Reply {
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(reply)}
		})
		err := s.Serve()
		if err == nil {
			err = s.Send()
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}
