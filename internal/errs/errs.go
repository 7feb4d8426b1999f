// Package errs is the one error type that crosses floors: a kind, which the
// doors map to a status, and words, which a person may read.
//
// A slice returns errs.New(errs.Conflict, words.AlreadyBound) when it refuses
// something; bot turns it into a reply and web into a page. Every other error
// is the machine's own trouble: it is logged, and the person gets an apology.
package errs

import "errors"

// Kind says what is wrong, so that a door can choose a status.
type Kind uint8

// The kinds of refusal.
const (
	Internal  Kind = iota // the zero kind: not a refusal but a fault
	Invalid               // the request cannot be understood or breaks a rule
	NotFound              // no such thing, or none that the asker may know of
	Forbidden             // the asker may not
	Conflict              // the state of things does not allow it now
	Locked                // too many wrong tries
	Busy                  // try again later
)

// Error is a refusal with words for the person who asked.
type Error struct {
	Kind  Kind
	Words string // Chinese, shown as it is
	Cause error  // for the log; may be nil
}

// New refuses with words.
func New(kind Kind, words string) *Error { return &Error{Kind: kind, Words: words} }

// Wrap refuses with words and keeps the cause for the log.
func Wrap(kind Kind, words string, cause error) *Error {
	return &Error{Kind: kind, Words: words, Cause: cause}
}

func (e *Error) Error() string {
	if e.Cause != nil {
		return e.Words + ": " + e.Cause.Error()
	}
	return e.Words
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the first *Error in err's chain, Internal if
// there is none.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Words returns the words of the first *Error in err's chain and whether there
// is one.
func Words(err error) (string, bool) {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Words, true
	}
	return "", false
}
