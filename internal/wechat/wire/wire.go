// Package wire is the codec of WeChat's callback: signatures, encryption, the
// XML that comes in and the XML that goes out. It is pure: no clock, no store,
// no HTTP. Sources: the platform's pages on message push and on message
// encryption; published vectors are in testdata/vectors.json.
//
// It is written for a busy minute (everyone answers at 07:30): one AES key
// schedule per key, digests on the stack, decryption in place, one pass over
// the XML. The SDK's server spends 296 allocations on the same work.
package wire

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1" //nolint:gosec // the platform's signature is SHA-1
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Errors of a callback that must have no effect. They say nothing about the
// content and are never shown to the sender.
var (
	ErrQuery     = errors.New("wire: query parameters missing or repeated")
	ErrSignature = errors.New("wire: wrong signature")
	ErrPlain     = errors.New("wire: body is not encrypted though a key is set")
	ErrDecrypt   = errors.New("wire: body cannot be decrypted")
	ErrReceiver  = errors.New("wire: message is for another account")
	ErrXML       = errors.New("wire: body is not the XML of a message")
)

// Account is what the codec must know of an official account.
type Account struct {
	token string
	appID string
	keys  []key // the key in force, then the one before; none in plain mode
}

type key struct {
	block cipher.Block
	iv    []byte
}

// NewAccount prepares the codec. aesKey is the EncodingAESKey (43 characters)
// or empty for plain mode; previous is the key before the last change, or
// empty.
func NewAccount(appID, token, aesKey, previous string) (*Account, error) {
	a := &Account{token: token, appID: appID}
	if token == "" {
		return nil, errors.New("wire: token is empty: anybody could sign")
	}
	for _, s := range []string{aesKey, previous} {
		if s == "" {
			continue
		}
		k, err := newKey(s)
		if err != nil {
			return nil, err
		}
		a.keys = append(a.keys, k)
	}
	if aesKey == "" && previous != "" {
		return nil, errors.New("wire: a previous key without a key in force")
	}
	return a, nil
}

func newKey(s string) (key, error) {
	// Lenient: in most real keys the last character carries spare bits.
	raw, err := base64.StdEncoding.DecodeString(s + "=")
	if err != nil || len(raw) != 32 {
		return key{}, errors.New("wire: EncodingAESKey must be 43 characters of A-Z a-z 0-9")
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return key{}, fmt.Errorf("wire: %w", err)
	}
	return key{block, raw[:aes.BlockSize]}, nil
}

// Safe tells whether the account is in safe mode: only encrypted bodies are
// read and replies are encrypted.
func (a *Account) Safe() bool { return len(a.keys) > 0 }

// Sign is the platform's signature: the hex SHA-1 of the sorted parts joined.
func Sign(parts ...string) string {
	var buf [4]string
	sum := digest(append(buf[:0], parts...))
	return hex.EncodeToString(sum[:])
}

// digest sorts parts in place; there are at most four, so by insertion.
func digest(parts []string) [sha1.Size]byte {
	for i := 1; i < len(parts); i++ {
		for j := i; j > 0 && parts[j] < parts[j-1]; j-- {
			parts[j], parts[j-1] = parts[j-1], parts[j]
		}
	}
	var small [2048]byte
	b := small[:0]
	for _, p := range parts {
		b = append(b, p...)
	}
	return sha1.Sum(b) //nolint:gosec // the platform's signature is SHA-1
}

// signed tells in constant time whether sig is the signature of parts.
func signed(sig string, parts ...string) bool {
	var buf [4]string
	sum := digest(append(buf[:0], parts...))
	var want [2 * sha1.Size]byte
	hex.Encode(want[:], sum[:])
	return subtle.ConstantTimeCompare(want[:], []byte(sig)) == 1
}

// VerifyURL checks the platform's GET by which a server is entered in the
// console, and returns the text to answer with.
func (a *Account) VerifyURL(q Query) (echo string, err error) {
	if q.Signature == "" || q.Timestamp == "" || q.Nonce == "" || q.Echo == "" {
		return "", ErrQuery
	}
	if !signed(q.Signature, a.token, q.Timestamp, q.Nonce) {
		return "", ErrSignature
	}
	return q.Echo, nil
}

// Envelope is an opened callback body.
type Envelope struct {
	XML []byte // the message; may share memory with the body that was opened
	key int    // index of the key that opened it, for the reply
}

// Open checks the body's signature and decrypts it. In safe mode a plain body
// is refused, and of a compat-mode body only the encrypted part is read. The
// body's memory is used for the plain text.
func (a *Account) Open(q Query, body []byte) (Envelope, error) {
	if q.Timestamp == "" || q.Nonce == "" {
		return Envelope{}, ErrQuery
	}
	if !a.Safe() {
		if q.Signature == "" {
			return Envelope{}, ErrQuery
		}
		if !signed(q.Signature, a.token, q.Timestamp, q.Nonce) {
			return Envelope{}, ErrSignature
		}
		return Envelope{XML: body}, nil
	}
	if q.EncryptType != "aes" {
		return Envelope{}, ErrPlain
	}
	if q.MsgSignature == "" {
		return Envelope{}, ErrQuery
	}
	box, err := encrypted(body)
	if err != nil {
		return Envelope{}, err
	}
	if !signed(q.MsgSignature, a.token, q.Timestamp, q.Nonce, unsafeString(box)) {
		return Envelope{}, ErrSignature
	}
	return a.decrypt(box)
}

// SignPage is the JS-SDK's signature of a page: url as the browser has it, its
// fragment cut off.
func SignPage(ticket, nonce, timestamp, url string) string {
	url, _, _ = strings.Cut(url, "#")
	sum := sha1.Sum([]byte("jsapi_ticket=" + ticket + "&noncestr=" + nonce + "&timestamp=" + timestamp + "&url=" + url)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}
