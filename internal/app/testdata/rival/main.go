// Command rival is the server that the product is measured against, and no
// more: the most used Go SDK answers a text to every message and keeps
// nothing. It is a program of its own, as what else is linked into a process
// makes its collections rarer. It runs with Go's default collector. The SDK's
// logger is at Info, at which it writes nothing per message; its root package,
// which sets Debug, is not imported. It ends with its standard input, so that
// it does not outlive the benchmark.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"
)

func main() {
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
	fmt.Fprintln(os.Stderr, http.Serve(ln, echo()))
	os.Exit(1)
}

func echo() http.Handler {
	account := officialaccount.NewOfficialAccount(&config.Config{
		AppID: os.Getenv("APP_ID"), AppSecret: os.Getenv("APP_SECRET"), Token: os.Getenv("TOKEN"),
		EncodingAESKey: os.Getenv("AES_KEY"), Cache: cache.NewMemory(),
	})
	reply := os.Getenv("REPLY")
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
