package wire

import (
	"encoding/json"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
)

// vector is a published example: request, reply or ciphertext.
type vector struct {
	ID, Kind, Family, Token, Timestamp, Nonce, Signature, Echostr, AppID, Encrypt, Plaintext, Random16, Body string

	AESKey       string `json:"encoding_aes_key"`
	MsgSignature string `json:"msg_signature"`
	ExpectBody   string `json:"expect_body"`
	Pad          int
	Ticket       string `json:"jsapi_ticket"`
	NonceStr     string `json:"noncestr"`
	SignedURL    string `json:"signed_url"`
}

func vectors(t testing.TB) map[string]vector {
	t.Helper()
	b, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	all := map[string]vector{}
	for _, v := range list {
		all[v.ID] = v
	}
	return all
}

func (v vector) account(t testing.TB) *Account {
	t.Helper()
	token := v.Token
	if token == "" {
		token = "unused"
	}
	a, err := NewAccount(v.AppID, token, v.AESKey, "")
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (v vector) body() []byte {
	return []byte("<xml><ToUserName><![CDATA[gh]]></ToUserName><Encrypt><![CDATA[" + v.Encrypt + "]]></Encrypt></xml>")
}

func (v vector) query() Query {
	return Query{Signature: v.Signature, MsgSignature: v.MsgSignature, Timestamp: v.Timestamp, Nonce: v.Nonce, EncryptType: "aes", Echo: v.Echostr}
}

// Every published vector, each by all that it has: signature, decryption, and
// encryption to the same bytes.
func TestVectors(t *testing.T) {
	all := vectors(t)
	if len(all) != 15 {
		t.Fatalf("%d vectors, want V1-V10 and V12-V16", len(all))
	}
	for id, v := range all {
		t.Run(id, func(t *testing.T) {
			if v.Signature != "" && v.Kind != "jssdk-signature" {
				if got := Sign(v.Token, v.Timestamp, v.Nonce); got != v.Signature {
					t.Errorf("signature %s, want %s", got, v.Signature)
				}
			}
			if v.MsgSignature != "" {
				if got := Sign(v.Token, v.Timestamp, v.Nonce, v.Encrypt); got != v.MsgSignature {
					t.Errorf("msg_signature %s, want %s", got, v.MsgSignature)
				}
			}
			switch v.Kind {
			case "url-verify":
				a, _ := NewAccount("wx", v.Token, "", "")
				if got, err := a.VerifyURL(v.query()); err != nil || got != v.ExpectBody {
					t.Errorf("VerifyURL = %q, %v", got, err)
				}
			case "jssdk-signature":
				if got := SignPage(v.Ticket, v.NonceStr, v.Timestamp, v.SignedURL+"#xxxx"); got != v.Signature {
					t.Errorf("page signature %s, want %s", got, v.Signature)
				}
			}
			if v.AESKey != "" {
				crypt(t, v)
			}
		})
	}
}

func crypt(t *testing.T, v vector) {
	a := v.account(t)
	e, err := a.decrypt([]byte(v.Encrypt))
	if err != nil || string(e.XML) != v.Plaintext {
		t.Fatalf("decrypt = %q, %v", e.XML, err)
	}
	var random [16]byte
	copy(random[:], v.Random16)
	if got := a.encrypt(nil, 0, random, []byte(v.Plaintext)); string(got) != v.Encrypt {
		t.Errorf("encrypt = %s", got)
	}
	if v.MsgSignature == "" {
		return
	}
	if e, err := a.Open(v.query(), v.body()); err != nil || string(e.XML) != v.Plaintext {
		t.Errorf("Open = %q, %v", e.XML, err)
	}
	now, _ := strconv.ParseInt(v.Timestamp, 10, 64)
	reply := string(a.seal(0, random, v.Nonce, now, []byte(v.Plaintext)))
	if !strings.Contains(reply, v.MsgSignature) || !strings.Contains(reply, v.Encrypt) {
		t.Errorf("reply %s", reply)
	}
}

// The cases that the vectors' page asks to derive: each must be refused.
func TestRefused(t *testing.T) {
	v := vectors(t)["V10"]
	flip := func(s string, i int) string {
		b := []byte(s)
		b[i] = map[bool]byte{true: '0', false: '1'}[b[i] != '0']
		return string(b)
	}
	resign := func(v *vector) { v.MsgSignature = Sign(v.Token, v.Timestamp, v.Nonce, v.Encrypt) }
	cases := map[string]struct {
		body  func(*vector)
		query func(*Query)
		want  error
	}{
		"msg_signature flipped":      {nil, func(q *Query) { q.MsgSignature = flip(q.MsgSignature, 7) }, ErrSignature},
		"msg_signature of upper":     {nil, func(q *Query) { q.MsgSignature = strings.ToUpper(q.MsgSignature) }, ErrSignature},
		"only signature right":       {nil, func(q *Query) { q.MsgSignature = q.Signature }, ErrSignature},
		"no msg_signature":           {nil, func(q *Query) { q.MsgSignature = "" }, ErrQuery},
		"no nonce":                   {nil, func(q *Query) { q.Nonce = "" }, ErrQuery},
		"encrypt_type absent":        {nil, func(q *Query) { q.EncryptType = "" }, ErrPlain},
		"encrypt_type raw":           {nil, func(q *Query) { q.EncryptType = "raw" }, ErrPlain},
		"other app id":               {func(v *vector) { v.AppID = "wx0000000000000000" }, nil, ErrReceiver},
		"base64 cut by four":         {func(v *vector) { v.Encrypt = v.Encrypt[:len(v.Encrypt)-4]; resign(v) }, nil, ErrDecrypt},
		"last block changed":         {func(v *vector) { v.Encrypt = flip(v.Encrypt, len(v.Encrypt)-10); resign(v) }, nil, ErrDecrypt},
		"empty box":                  {func(v *vector) { v.Encrypt = ""; resign(v) }, nil, ErrXML},
		"not base64":                 {func(v *vector) { v.Encrypt = "***" + v.Encrypt[3:]; resign(v) }, nil, ErrDecrypt},
		"key of another":             {func(v *vector) { v.AESKey = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C" }, nil, ErrDecrypt},
		"box twice in another's xml": {func(v *vector) { v.Encrypt += "]]></Encrypt><Encrypt><![CDATA[" + v.Encrypt; resign(v) }, nil, ErrXML},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			v := v
			if c.body != nil {
				c.body(&v)
			}
			q := v.query()
			if c.query != nil {
				c.query(&q)
			}
			e, err := v.account(t).Open(q, v.body())
			if !errors.Is(err, c.want) || e.XML != nil {
				t.Errorf("Open = %q, %v; want %v", e.XML, err, c.want)
			}
		})
	}
	t.Run("plain body in safe mode", func(t *testing.T) {
		q := v.query()
		if _, err := v.account(t).Open(q, []byte(v.Plaintext)); !errors.Is(err, ErrXML) {
			t.Errorf("%v", err)
		}
	})
	t.Run("length field past the end", func(t *testing.T) {
		a := v.account(t)
		// One ciphertext whose length field claims more than there is.
		full := append([]byte(strings.Repeat("r", 16)), 0, 0, 1, 0)
		full = append(full, strings.Repeat("\x0c", 12)...)
		if msg, err := a.unwrap(full); !errors.Is(err, ErrDecrypt) {
			t.Errorf("unwrap = %q, %v", msg, err)
		}
	})
	t.Run("V11, valid base64 under a key we lack", func(t *testing.T) {
		b, err := os.ReadFile("testdata/v11.xml")
		if err != nil {
			t.Fatal(err)
		}
		box, err := encrypted(b)
		if err != nil || len(box) == 0 {
			t.Fatalf("envelope: %v", err)
		}
		if _, err := v.account(t).decrypt(box); !errors.Is(err, ErrDecrypt) {
			t.Errorf("%v", err)
		}
	})
	t.Run("url with a wrong signature", func(t *testing.T) {
		u := vectors(t)["V1"]
		a, _ := NewAccount("wx", u.Token, "", "")
		q := u.query()
		q.Signature = flip(q.Signature, 0)
		if _, err := a.VerifyURL(q); !errors.Is(err, ErrSignature) {
			t.Errorf("%v", err)
		}
	})
}

// While a key is changed both open, and each reply goes out under the key that
// opened its request.
func TestPreviousKey(t *testing.T) {
	v := vectors(t)["V10"]
	const fresh = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	a, err := NewAccount(v.AppID, v.Token, fresh, v.AESKey)
	if err != nil {
		t.Fatal(err)
	}
	e, err := a.Open(v.query(), v.body())
	if err != nil || string(e.XML) != v.Plaintext {
		t.Fatalf("under the previous key: %q, %v", e.XML, err)
	}
	box, err := encrypted(a.Seal(e, "n", 1, []byte("hello")))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := v.account(t).decrypt(box); err != nil || string(got.XML) != "hello" {
		t.Errorf("the reply is not under the request's key: %q, %v", got.XML, err)
	}
	now := a.encrypt(nil, 0, [16]byte{}, []byte("new"))
	if got, err := a.decrypt(now); err != nil || string(got.XML) != "new" || got.key != 0 {
		t.Errorf("under the key in force: %q, %v", got.XML, err)
	}
}

func TestNewAccountRefuses(t *testing.T) {
	for _, c := range [][3]string{{"", "", ""}, {"t", "short", ""}, {"t", "", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"}} {
		if _, err := NewAccount("wx", c[0], c[1], c[2]); err == nil {
			t.Errorf("accepted token %q, key %q, previous %q", c[0], c[1], c[2])
		}
	}
}
