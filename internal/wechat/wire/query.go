package wire

import (
	"net/url"
	"strconv"
	"strings"
)

// Query holds the parameters that the platform puts in the address. The openid
// among them is not signed and therefore not kept.
type Query struct {
	Signature, MsgSignature string
	Timestamp, Nonce        string
	EncryptType             string
	Echo                    string
}

// ParseQuery reads a raw query. A parameter that stands there twice is an
// error: two readers could take different ones for the signed one.
func ParseQuery(raw string) (Query, error) {
	var q Query
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		name, value, _ := strings.Cut(pair, "=")
		field := q.field(name)
		if field == nil {
			continue
		}
		if *field != "" {
			return Query{}, ErrQuery
		}
		if strings.ContainsAny(value, "%+") {
			var err error
			if value, err = url.QueryUnescape(value); err != nil {
				return Query{}, ErrQuery
			}
		}
		*field = value
	}
	return q, nil
}

func (q *Query) field(name string) *string {
	switch name {
	case "signature":
		return &q.Signature
	case "msg_signature":
		return &q.MsgSignature
	case "timestamp":
		return &q.Timestamp
	case "nonce":
		return &q.Nonce
	case "encrypt_type":
		return &q.EncryptType
	case "echostr":
		return &q.Echo
	}
	return nil
}

// Time is the signed timestamp in Unix seconds.
func (q Query) Time() (int64, error) {
	t, err := strconv.ParseInt(q.Timestamp, 10, 64)
	if err != nil {
		return 0, ErrQuery
	}
	return t, nil
}
