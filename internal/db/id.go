package db

import (
	"encoding/base32"
	"encoding/binary"

	"github.com/google/uuid"
)

// ids are written in an alphabet that keeps the order of the bytes.
var ids = base32.HexEncoding.WithPadding(base32.NoPadding)

// NewID returns a new row id: a UUIDv7 in 26 characters of 0-9A-V, so that
// ids sort by the time of their making and new rows share pages.
func NewID() string {
	id := uuid.Must(uuid.NewV7()) // fails only when the system has no randomness
	return ids.EncodeToString(id[:])
}

// NewKey returns a short row id, for rows that others name a million times
// (members, topics, questions): 13 characters, of the same alphabet and order.
// It is the time to a quarter of a microsecond, never the same twice in a
// process, and four random bits for the case that two processes import in the
// same moment; then one of them fails on the primary key and changes nothing.
func NewKey() string {
	id := uuid.Must(uuid.NewV7())
	millis := binary.BigEndian.Uint64(id[:8]) >> 16
	fraction := uint64(binary.BigEndian.Uint16(id[6:8]) & 0x0fff)
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], millis<<16|fraction<<4|uint64(id[15]&0x0f))
	return ids.EncodeToString(b[:])
}
