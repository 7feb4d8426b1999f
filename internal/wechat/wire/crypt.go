package wire

import (
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"unsafe"
)

// padTo is the block that the platform pads to, twice that of AES.
const padTo = 32

// decrypt opens the base64 text box with the key in force or the one before.
// Layout inside: 16 random bytes, the message's length in 4 bytes, the
// message, the receiver's app id, padding.
func (a *Account) decrypt(box []byte) (Envelope, error) {
	sealed := make([]byte, base64.StdEncoding.DecodedLen(len(box)))
	n, err := base64.StdEncoding.Decode(sealed, box)
	if err != nil || n == 0 || n%padTo != 0 {
		return Envelope{}, ErrDecrypt
	}
	sealed = sealed[:n]
	result := ErrDecrypt
	for i, k := range a.keys {
		out := sealed
		if i+1 < len(a.keys) {
			out = make([]byte, n) // another key may have to read it again
		}
		cipher.NewCBCDecrypter(k.block, k.iv).CryptBlocks(out, sealed)
		msg, err := a.unwrap(out)
		if err == nil {
			return Envelope{XML: msg, key: i}, nil
		}
		if err == ErrReceiver { //nolint:errorlint // our own, unwrapped
			result = err
		}
	}
	return Envelope{}, result
}

func (a *Account) unwrap(b []byte) ([]byte, error) {
	pad := int(b[len(b)-1])
	if pad < 1 || pad > padTo || pad > len(b) {
		return nil, ErrDecrypt
	}
	for _, c := range b[len(b)-pad:] {
		if int(c) != pad {
			return nil, ErrDecrypt
		}
	}
	b = b[:len(b)-pad]
	if len(b) < 20 {
		return nil, ErrDecrypt
	}
	n := binary.BigEndian.Uint32(b[16:20])
	if uint64(n) > uint64(len(b)-20) {
		return nil, ErrDecrypt
	}
	if string(b[20+n:]) != a.appID {
		return nil, ErrReceiver
	}
	return b[20 : 20+n : 20+n], nil
}

// encrypt appends to out the base64 text of msg sealed under key i.
func (a *Account) encrypt(out []byte, i int, random [16]byte, msg []byte) []byte {
	n := 20 + len(msg) + len(a.appID)
	pad := padTo - n%padTo
	full := make([]byte, 0, n+pad)
	full = append(full, random[:]...)
	full = binary.BigEndian.AppendUint32(full, uint32(len(msg)))
	full = append(full, msg...)
	full = append(full, a.appID...)
	for range pad {
		full = append(full, byte(pad))
	}
	k := a.keys[i]
	cipher.NewCBCEncrypter(k.block, k.iv).CryptBlocks(full, full)
	return base64.StdEncoding.AppendEncode(out, full)
}

// Seal makes the body that answers an opened callback: msg itself in plain
// mode; else the encrypted envelope, under the key that opened the request,
// with the request's nonce and our time in Unix seconds.
func (a *Account) Seal(e Envelope, nonce string, now int64, msg []byte) []byte {
	if !a.Safe() {
		return msg
	}
	var random [16]byte
	rand.Read(random[:]) // never fails
	return a.seal(e.key, random, nonce, now, msg)
}

func (a *Account) seal(key int, random [16]byte, nonce string, now int64, msg []byte) []byte {
	const head = "<xml><Encrypt><![CDATA["
	var digits [20]byte
	stamp := appendInt(digits[:0], now)
	out := make([]byte, 0, (len(msg)+len(a.appID)+20+padTo)*4/3+240+len(nonce))
	out = a.encrypt(append(out, head...), key, random, msg)
	sum := digest([]string{a.token, unsafeString(stamp), nonce, unsafeString(out[len(head):])})
	out = append(out, "]]></Encrypt><MsgSignature><![CDATA["...)
	out = hex.AppendEncode(out, sum[:])
	out = append(out, "]]></MsgSignature><TimeStamp>"...)
	out = append(out, stamp...)
	out = append(out, "</TimeStamp><Nonce>"...)
	out = appendText(out, nonce)
	return append(out, "</Nonce></xml>"...)
}

// unsafeString is b as a string, for as long as nobody writes to b.
func unsafeString(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
