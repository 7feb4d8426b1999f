package wechat

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// NoAnswer is the Error.Code of a call that brought no readable answer. The
// platform's own codes are -1 and five digits or more.
const NoAnswer = -100

// Error is a call that failed, by the platform's word or on the way to it.
type Error struct {
	Code  int    // errcode; the HTTP status where that was not 200; NoAnswer
	Msg   string // errmsg without its rid, or what went wrong on the way; no secrets
	RID   string // the platform's id of the refused request, for rid/get within 7 days
	Path  string // of the call, e.g. /cgi-bin/message/custom/send
	Class Class  // what to do about it

	cause error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("wechat: %s: %d %s", e.Path, e.Code, e.Msg)
	if e.RID != "" {
		s += " (rid " + e.RID + ")"
	}
	return s
}

// Unwrap returns what went wrong on the way (a context's end, a refused
// connection), nil for a refusal by the platform.
func (e *Error) Unwrap() error { return e.cause }

// Temporary reports whether the platform certainly did not carry out the call
// and the same call may succeed later. An Unknown outcome is not temporary: it
// is for the caller to know whether the call may be made twice.
func (e *Error) Temporary() bool { return e.Class == ClassNow || e.Class == ClassLater }

// Field names the field of a card at which the platform took offence: thing1
// of "argument invalid! data.thing1.value invalid" (47003). Empty if none is
// named.
func (e *Error) Field() string {
	_, rest, _ := strings.Cut(e.Msg, "data.")
	field, _, named := strings.Cut(rest, ".value")
	if !named {
		return ""
	}
	return field
}

// refusal makes the error for an errcode.
func refusal(path string, code int, errmsg string) *Error {
	msg, rid := cutRID(errmsg)
	return &Error{Code: code, Msg: redact(msg), RID: rid, Path: path, Class: classOf(code)}
}

// noAnswer makes the error for a call that brought no readable answer. A
// *url.Error is unpacked, for it prints the URL and with it the token.
func noAnswer(path string, code int, class Class, cause error) *Error {
	if ue, ok := errors.AsType[*url.Error](cause); ok {
		cause = ue.Err
	}
	return &Error{Code: code, Msg: redact(cause.Error()), Path: path, Class: class, cause: cause}
}

// withClass returns a copy of e, the error of a call, in another class.
func (e *Error) withClass(c Class) *Error {
	cp := *e
	cp.Class = c
	return &cp
}

// asError returns the *Error in err's chain; call and exchange return no other.
func asError(err error) (*Error, bool) {
	var e *Error
	return e, errors.As(err, &e)
}

// cutRID splits "text rid: 1-2-3" into its text and its rid.
func cutRID(errmsg string) (msg, rid string) {
	msg, rid, _ = strings.Cut(errmsg, "rid: ")
	return strings.TrimRight(msg, " ,"), strings.TrimSpace(rid)
}

// secrets matches the values of all parameters that open something, in a URL
// or in JSON. The boundary keeps errcode= legible.
var secrets = regexp.MustCompile(`\b(access_token|refresh_token|appsecret|secret|code)("?\s*[=:]\s*"?)[^&\s"]+`)

// redact blackens the values of secret parameters in s.
func redact(s string) string { return secrets.ReplaceAllString(s, "$1$2***") }
