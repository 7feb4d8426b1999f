package db

import (
	"database/sql"
	"fmt"
	"net/url"
)

// openSQLite opens one writing connection and a pool of reading ones on the
// file at path. WAL lets readers go on while the writer commits; synchronous
// FULL makes a commit survive a power cut. The page cache is small on purpose:
// SQLite walks its unused part at each commit, and the system caches as well.
func openSQLite(path string, opts Options) (*DB, error) {
	dsn := sqliteDSN(path, "immediate",
		"journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "temp_store(MEMORY)", "cache_size(-8192)")
	pool, err := sql.Open("sqlite", sqliteDSN(path, "deferred", "query_only(1)", "foreign_keys(1)"))
	if err != nil {
		return nil, fmt.Errorf("db: %w", err)
	}
	writes, err := pool.Driver().Open(dsn)
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("db: open %s: %w", path, err)
	}
	pool.SetMaxOpenConns(4)
	pool.SetMaxIdleConns(4)
	d := &DB{dialect: SQLite, dsn: dsn, pool: pool, now: opts.Now}
	d.writer = newGroup(&conn{driver: writes, stmts: map[string]stmt{}}, opts)
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
