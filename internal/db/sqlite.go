package db

import (
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"time"
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
	writes, err := openWriter(pool.Driver(), dsn)
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

// openWriter opens the writing connection. Where several processes open a fresh
// file at once, the switch to WAL fails for some without their having waited.
func openWriter(d driver.Driver, dsn string) (c driver.Conn, err error) {
	const tries, pause = 50, 20 * time.Millisecond
	for range tries {
		if c, err = d.Open(dsn); !Temporary(err) {
			return c, err
		}
		<-time.After(pause)
	}
	return c, err
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
