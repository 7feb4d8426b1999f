package db

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"strings"
)

// wrap names the statement by its first words, without its arguments.
func wrap(err error, query string) error {
	if err == nil || errors.Is(err, sql.ErrNoRows) {
		return err
	}
	words := strings.Fields(query)
	return fmt.Errorf("db: %s: %w", strings.Join(words[:min(4, len(words))], " "), err)
}

// The drivers' error types, told by their methods so that this package needs
// no driver: a package that is fuzzed must not carry SQLite with it.
type (
	sqlStater interface{ SQLState() string } // pgx
	coder     interface{ Code() int }        // modernc
)

// SQLite's result codes, the low byte of an extended code.
const (
	sqliteBusy   = 5
	sqliteLocked = 6
	sqliteFull   = 13
	sqliteIO     = 10
)

// conflict tells whether the transaction failed only because of a neighbour.
func conflict(err error) bool {
	var s sqlStater
	return errors.As(err, &s) && (s.SQLState() == "40001" || s.SQLState() == "40P01")
}

// Temporary tells whether the same transaction may succeed later: the database
// is busy, away, full or closing, rather than refusing what was asked.
func Temporary(err error) bool {
	var s sqlStater
	if errors.As(err, &s) {
		switch s.SQLState()[:2] {
		case "08", "40", "53", "55", "57", "58": // connection, conflict, resources, lock, operator, system
			return true
		}
		return false
	}
	var c coder
	if errors.As(err, &c) {
		switch c.Code() & 0xff {
		case sqliteBusy, sqliteLocked, sqliteFull, sqliteIO:
			return true
		}
		return false
	}
	var n net.Error
	return errors.As(err, &n) || errors.Is(err, ErrClosed) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, sql.ErrConnDone) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}
