package db

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
)

// openSQLite opens one writing connection and a pool of reading ones on the
// file at path. WAL lets readers go on while the writer commits; synchronous
// FULL makes a commit survive a power cut. The page cache is small on purpose:
// SQLite walks its unused part at each commit, and the system caches as well.
func openSQLite(ctx context.Context, path string, opts Options) (*DB, error) {
	dsn := sqliteDSN(path, "immediate",
		"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-8192)")
	writes, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	writes.SetMaxOpenConns(1)
	conn, err := writes.Conn(ctx)
	if err != nil {
		writes.Close()
		return nil, fmt.Errorf("db: open %s: %w", path, err)
	}
	reads, err := sql.Open("sqlite", sqliteDSN(path, "deferred", "query_only(1)", "foreign_keys(1)"))
	if err != nil {
		conn.Close()
		writes.Close()
		return nil, fmt.Errorf("db: %w", err)
	}
	reads.SetMaxOpenConns(4)
	reads.SetMaxIdleConns(4)
	d := &DB{dialect: SQLite, dsn: dsn, reads: reads, writes: writes, now: opts.Now}
	d.writer = newGroup(conn, opts) //nolint:contextcheck // the writer outlives the opening
	return d, nil
}

func sqliteDSN(path, lock string, pragmas ...string) string {
	q := url.Values{"_txlock": {lock}}
	// First, so that the other pragmas wait for a lock too.
	q.Add("_pragma", "busy_timeout(5000)")
	for _, p := range pragmas {
		q.Add("_pragma", p)
	}
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String()
}
