// Package seal keeps identities out of the plain database: it encrypts columns
// (openids, phones, party membership, what patients write) and makes keyed
// hashes by which a sealed value can still be found.
//
// The key ring is a small JSON text, in a file of data_dir or given by the
// configuration. It holds one hash key, which stays, and any number of column
// keys: the last one seals, all of them open, so that a key can be changed
// while the product runs. Without the ring a dump of the database names no
// follower and no phone number.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// ErrSealed is returned when a value cannot be opened: it was sealed under a
// key that the ring does not have, for another column, or was changed.
var ErrSealed = errors.New("seal: value cannot be opened with this key ring")

var text = base32.HexEncoding.WithPadding(base32.NoPadding)

// Ring is a set of keys. It is safe for concurrent use.
type Ring struct {
	keys map[byte]cipher.AEAD
	last byte
	macs sync.Pool // of hash.Hash: making one hashes the key twice
}

// file is the ring as it is written down.
type file struct {
	Hash []byte    `json:"hash"` // 32 bytes
	Keys []fileKey `json:"keys"`
}

type fileKey struct {
	ID  byte   `json:"id"`
	Key []byte `json:"key"` // 32 bytes, AES-256
}

// Load reads the ring from where says: a JSON text (it begins with a brace) or
// the path of a file, which is made, readable by its owner alone, if missing.
func Load(where string) (*Ring, error) {
	if strings.HasPrefix(where, "{") {
		return Parse([]byte(where))
	}
	b, err := os.ReadFile(where)
	if errors.Is(err, fs.ErrNotExist) {
		b, err = create(where)
	}
	if err != nil {
		return nil, fmt.Errorf("seal: key ring: %w", err)
	}
	return Parse(b)
}

// Parse reads a ring from its JSON text. The error never shows the text.
func Parse(b []byte) (*Ring, error) {
	var f file
	if err := json.Unmarshal(b, &f); err != nil {
		return nil, errors.New("seal: the key ring is not valid JSON; restore it from its backup")
	}
	if len(f.Hash) != 32 || len(f.Keys) == 0 {
		return nil, errors.New("seal: the key ring is incomplete; restore it from its backup")
	}
	r := &Ring{keys: map[byte]cipher.AEAD{}}
	r.macs.New = func() any { return hmac.New(sha256.New, f.Hash) }
	for _, k := range f.Keys {
		block, err := aes.NewCipher(k.Key)
		if err != nil || len(k.Key) != 32 {
			return nil, fmt.Errorf("seal: key %d of the ring is not 32 bytes long", k.ID)
		}
		if r.keys[k.ID], err = cipher.NewGCMWithRandomNonce(block); err != nil {
			return nil, err
		}
		r.last = k.ID
	}
	return r, nil
}

// New returns the text of a fresh ring.
func New() []byte {
	f := file{Hash: random(), Keys: []fileKey{{ID: 1, Key: random()}}}
	b, err := json.Marshal(f)
	if err != nil {
		panic(err) // a struct of byte slices always marshals
	}
	return append(b, '\n')
}

func random() []byte {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return b
}

// create makes the file for one of several processes that start at once: who
// links his own first wins, the others read it.
func create(path string) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // made with mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // a left-over at worst
	_, err = tmp.Write(New())
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return os.ReadFile(path)
}

// Seal encrypts a value of a column. An empty value stays empty, so that
// 'unknown' can be told without a key. The result is never nil.
func (r *Ring) Seal(column, value string) []byte {
	if value == "" {
		return []byte{}
	}
	out := append(make([]byte, 0, 1+28+len(value)), r.last)
	return r.keys[r.last].Seal(out, nil, []byte(value), []byte(column))
}

// Open decrypts what Seal made for the same column.
func (r *Ring) Open(column string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	key, ok := r.keys[sealed[0]]
	if !ok {
		return "", ErrSealed
	}
	b, err := key.Open(nil, nil, sealed[1:], []byte(column))
	if err != nil {
		return "", ErrSealed
	}
	return string(b), nil
}

// ID is the keyed hash of a value in a domain (a kind of thing, such as
// "openid"): 26 characters of 0-9A-V, the same for the same value.
func (r *Ring) ID(domain, value string) string {
	m := r.macs.Get().(hash.Hash)
	defer r.macs.Put(m)
	m.Reset()
	var in [96]byte // an openid has 28 characters
	b := append(append(append(in[:0], domain...), 0), value...)
	m.Write(b)
	var sum [sha256.Size]byte
	return text.EncodeToString(m.Sum(sum[:0])[:16])
}
