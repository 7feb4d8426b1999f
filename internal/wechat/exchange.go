package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"

	"github.com/silenceper/wechat/v2/util"
)

// maxAnswer bounds what is read of an answer. The largest legitimate one, a
// page of 10,000 openids, has 310 KB.
const maxAnswer = 2 << 20

// request is one exchange with the platform.
type request struct {
	method string
	path   string
	query  url.Values
	in     any // sent as JSON; nil: no body
	out    any // filled from the JSON of the answer; may be nil

	// once marks what a person would notice if it happened twice. For
	// everything else a lost answer does not matter: it may be asked again.
	once bool
}

// exchange sends r and reads the answer. Its errors are *Error.
func (c *Client) exchange(ctx context.Context, r request) error {
	start := wallClock()
	err := c.roundTrip(ctx, r)
	code := 0
	if e, ok := asError(err); ok {
		code = e.Code
	}
	c.cfg.OnCall(r.path, code, wallClock().Sub(start))
	return err
}

func (c *Client) roundTrip(ctx context.Context, r request) error {
	var sent atomic.Bool
	req, err := c.newRequest(traceSent(ctx, &sent), r)
	if err != nil {
		return noAnswer(r.path, NoAnswer, ClassContent, err)
	}
	// lost is the class of a failure from here on.
	lost := func() Class {
		if r.once && sent.Load() {
			return ClassUnknown
		}
		return ClassNow
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return noAnswer(r.path, NoAnswer, lost(), err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	switch {
	case resp.StatusCode != http.StatusOK:
		return noAnswer(r.path, resp.StatusCode, lost(), fmt.Errorf("HTTP status %d", resp.StatusCode))
	case err != nil:
		return noAnswer(r.path, NoAnswer, lost(), err)
	}
	return r.decode(body, lost())
}

func (c *Client) newRequest(ctx context.Context, r request) (*http.Request, error) {
	var body bytes.Buffer
	if r.in != nil {
		enc := json.NewEncoder(&body)
		// The platform shows \u003c as it stands and refuses it in menus.
		enc.SetEscapeHTML(false)
		if err := enc.Encode(r.in); err != nil {
			return nil, err
		}
	}
	req, err := http.NewRequestWithContext(ctx, r.method, c.cfg.APIBase+r.path+"?"+r.query.Encode(), &body)
	if err != nil {
		return nil, err
	}
	if r.in != nil {
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	return req, nil
}

// traceSent sets sent once the request has a connection to leave by, and takes
// it back when net/http must look for another one. From then on nobody can say
// how far the request came.
func traceSent(ctx context.Context, sent *atomic.Bool) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { sent.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	})
}

// decode reads the answer, which is one JSON object whether the call
// succeeded or not; most reading calls leave errcode out when it is 0.
func (r request) decode(body []byte, lost Class) error {
	if !bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")) || !json.Valid(body) {
		return noAnswer(r.path, NoAnswer, lost, errors.New("the answer is not a JSON object"))
	}
	var status util.CommonError
	if err := json.Unmarshal(body, &status); err != nil {
		return noAnswer(r.path, NoAnswer, lost, fmt.Errorf("answer: %w", err))
	}
	// What comes with an errcode is read too: some name what failed.
	var err error
	if r.out != nil {
		err = json.Unmarshal(body, r.out)
	}
	if status.ErrCode != 0 {
		return refusal(r.path, int(status.ErrCode), status.ErrMsg)
	}
	if err != nil {
		return noAnswer(r.path, NoAnswer, lost, fmt.Errorf("answer: %w", err))
	}
	return nil
}
