package db

import (
	"encoding/base32"

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
