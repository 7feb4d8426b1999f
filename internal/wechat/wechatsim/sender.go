package wechatsim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
)

// NoticeText is what a phone shows when the account's server fails.
const NoticeText = "该公众号提供的服务出现故障，请稍后再试"

// Seen is what came of something that a person did.
type Seen struct {
	Text     string `json:"text"`     // what the phone shows; empty: nothing
	Kind     string `json:"kind"`     // text, image, news, …; notice; empty: nothing
	Status   int    `json:"status"`   // HTTP status of the last attempt; 0: no answer
	Attempts int    `json:"attempts"` // how often the callback was sent
	Notice   bool   `json:"notice"`   // the phone shows NoticeText
	Reason   string `json:"reason"`   // for developers: why there is a notice, or nothing was sent

	Articles []Article `json:"articles,omitempty"` // of news
}

// deliver sends a callback until an attempt is answered, and shows the person
// what came of it. An attempt that takes too long is cut off while the server
// may still be at work on it, and the next follows at once.
func (s *Sim) deliver(f *Follower, cb callback) Seen {
	s.mu.Lock()
	target := s.callback
	s.mu.Unlock()
	if target == "" {
		return Seen{Reason: "no callback URL is set"}
	}
	var seen Seen
	var letter sealed
	for n := 1; n <= s.opt.Attempts; n++ {
		var err error
		if n == 1 || !s.opt.SameSign {
			letter, err = s.seal(f.openID, cb.xml)
		}
		var body []byte
		var status int
		if err == nil {
			status, body, err = s.post(target, letter)
		}
		if err == nil {
			seen = s.judge(body, f.openID, cb)
			seen.Status, seen.Attempts = status, n
			break
		}
		seen = notice(err.Error())
		seen.Status, seen.Attempts = status, n
	}
	if cb.silent {
		seen.Text, seen.Kind, seen.Notice = "", "", false
	}
	s.show(f, seen)
	return seen
}

// notice is what is seen when the server failed.
func notice(reason string) Seen {
	return Seen{Text: NoticeText, Kind: "notice", Notice: true, Reason: reason}
}

// show puts into the inbox what the phone shows.
func (s *Sim) show(f *Follower, seen Seen) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seen.Notice {
		s.opt.Log.Warn("callback failed", "who", f.name, "attempts", seen.Attempts, "reason", seen.Reason)
	}
	if seen.Text == "" {
		return
	}
	via := Reply
	if seen.Notice {
		via = Notice
	}
	f.receive(Message{At: s.opt.Now(), Via: via, Kind: seen.Kind, Text: seen.Text, Articles: seen.Articles})
}

// post makes one attempt. An answer that is not 200 is an error.
func (s *Sim) post(target string, letter sealed) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(untilClosed(s.done), s.opt.Deadline)
	defer cancel()
	full, err := withQuery(target, letter.query)
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, full, bytes.NewReader(letter.body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	return s.roundTrip(req)
}

// Verify makes the request by which the platform checks a callback URL before
// it is saved, and reports what is wrong with the answer.
func (s *Sim) Verify(ctx context.Context) error {
	s.mu.Lock()
	target := s.callback
	s.mu.Unlock()
	letter, err := s.seal("", nil)
	if err != nil {
		return err
	}
	echo, err := digits()
	if err != nil {
		return err
	}
	q := letter.query
	for _, name := range []string{"openid", "encrypt_type", "msg_signature"} {
		q.Del(name)
	}
	q.Set("echostr", echo)
	full, err := withQuery(target, q)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, full, nil)
	if err != nil {
		return err
	}
	_, body, err := s.roundTrip(req)
	if err == nil && string(body) != echo {
		err = fmt.Errorf("the answer is not the echostr alone: %.80q", body)
	}
	return err
}

// Post sends a request of the caller's making to the callback URL, without
// signature or envelope, and returns the answer as it is.
func (s *Sim) Post(ctx context.Context, query url.Values, body []byte) (status int, answer []byte, err error) {
	s.mu.Lock()
	target := s.callback
	s.mu.Unlock()
	full, err := withQuery(target, query)
	if err != nil {
		return 0, nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, s.opt.Deadline)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, full, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	status, answer, err = s.roundTrip(req)
	if errors.Is(err, errStatus) {
		err = nil
	}
	return status, answer, err
}

var errStatus = errors.New("HTTP status")

func (s *Sim) roundTrip(req *http.Request) (status int, body []byte, err error) {
	resp, err := s.http.Do(req)
	if err != nil {
		if ue, ok := errors.AsType[*url.Error](err); ok {
			err = ue.Err
		}
		return 0, nil, err
	}
	defer resp.Body.Close()
	body, err = io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%w %d", errStatus, resp.StatusCode)
	}
	return resp.StatusCode, body, err
}

func withQuery(target string, query url.Values) (string, error) {
	u, err := url.Parse(target)
	if err != nil {
		return "", err
	}
	q := u.Query()
	maps.Copy(q, query)
	u.RawQuery = q.Encode()
	return u.String(), nil
}
