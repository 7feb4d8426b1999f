package wechatsim

import (
	"bufio"
	"bytes"
	"cmp"
	_ "embed" // the script
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const (
	scriptPath = "/open/js/jweixin-1.6.0.js"
	wechatPath = "/__wechat/" // where the script meets its phone
	scriptType = "text/javascript; charset=utf-8"
	htmlType   = "text/html; charset=utf-8"
)

// openScript stands for WeChat's own script: wx.config and the open tag
// wx-open-subscribe.
//
//go:embed openjs/jweixin.js
var openScript string

func (s *Sim) serveScript(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", scriptType)
	w.Header().Set("Cache-Control", "no-cache")
	s.write(w, []byte(openScript))
}

// platform answers what is meant for WeChat itself; nil: it is for the site.
func (b *browser) platform(r *http.Request, site *url.URL) *http.Response {
	switch {
	case r.URL.Path == authorizePath:
		target, problem := b.sim.authorize(b.f, r.URL.Query())
		if problem != "" {
			return answerTo(r, http.StatusOK, htmlType, notePage(problem))
		}
		resp := answerTo(r, http.StatusFound, htmlType, "")
		resp.Header.Set("Location", target)
		return resp
	case r.URL.Path == scriptPath:
		return answerTo(r, http.StatusOK, scriptType, openScript)
	case strings.HasPrefix(r.URL.Path, wechatPath):
		return b.script(r, site)
	}
	return nil
}

// script answers the platform's script on a page of the site.
func (b *browser) script(r *http.Request, site *url.URL) *http.Response {
	var in struct {
		jsSignature
		URL       string   `json:"url"` // path and query of the page
		Templates []string `json:"templates"`
		Accept    bool     `json:"accept"`
	}
	if r.Method != http.MethodPost || json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in) != nil {
		return answerTo(r, http.StatusBadRequest, htmlType, "")
	}
	var out any
	switch strings.TrimPrefix(r.URL.Path, wechatPath) {
	case "config":
		out = map[string]string{"errMsg": b.sim.checkSignature(in.jsSignature, site.String()+in.URL)}
	case "templates":
		out = map[string]any{"account": b.sim.opt.Name, "titles": b.sim.titles(in.Templates)}
	case "subscribe":
		out = b.subscribe(in.Templates, in.Accept)
	default:
		return answerTo(r, http.StatusNotFound, htmlType, "")
	}
	body, err := json.Marshal(out)
	if err != nil {
		return answerTo(r, http.StatusInternalServerError, htmlType, "")
	}
	return answerTo(r, http.StatusOK, "application/json; charset=utf-8", string(body))
}

// titles are what the phone calls templates.
func (s *Sim) titles(ids []string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, len(ids))
	for i, id := range ids {
		t, _ := s.template(id, KindOnce, KindLong) // unknown ones are told apart when they are accepted
		out[i] = cmp.Or(t.Title, id)
	}
	return out
}

// subscribe is the person's answer to the sheet of wx-open-subscribe.
func (b *browser) subscribe(ids []string, accept bool) map[string]string {
	answer, status := b.f.Reject, `{"status":"cancel"}`
	if accept {
		answer, status = b.f.Accept, `{"status":"accept"}`
	}
	seen := answer(ids...)
	details := map[string]string{}
	for _, id := range ids {
		details[id] = status
	}
	text, err := json.Marshal(details)
	if err != nil || seen.Attempts == 0 {
		return map[string]string{"errMsg": "subscribe:fail " + seen.Reason}
	}
	return map[string]string{"errMsg": "subscribe:ok", "subscribeDetails": string(text)}
}

func answerTo(r *http.Request, status int, contentType, body string) *http.Response {
	return &http.Response{
		Status: fmt.Sprint(status, " ", http.StatusText(status)), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {contentType}, "Cache-Control": {"no-store"}},
		Body:          io.NopCloser(strings.NewReader(body)),
		ContentLength: int64(len(body)),
		Request:       r,
	}
}

// notePage is a page of the platform's that says one thing.
func notePage(text string) string {
	return `<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
		`<title>提示</title><p>` + html.EscapeString(text) + `</p></html>`
}

const titleWithin = 16 << 10 // bytes of a page that are looked through for its title

var titleTag = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// noteTitle remembers the title of a page that the phone opens.
func (b *browser) noteTitle(resp *http.Response) error {
	dest := resp.Request.Header.Get("Sec-Fetch-Dest")
	page := strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && resp.Header.Get("Location") == ""
	if !page || dest != "" && dest != "document" {
		return nil
	}
	body := bufio.NewReaderSize(resp.Body, titleWithin)
	head, err := body.Peek(titleWithin)
	if err != nil && err != io.EOF {
		return err
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{body, resp.Body}
	var title string
	if m := titleTag.FindSubmatch(head); m != nil {
		title = html.UnescapeString(string(bytes.TrimSpace(m[1])))
	}
	b.sim.mu.Lock()
	defer b.sim.mu.Unlock()
	b.f.title = title
	b.sim.wake()
	return nil
}
