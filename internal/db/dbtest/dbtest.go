// Package dbtest gives tests a fresh, migrated database: SQLite always, and
// PostgreSQL too when RIXUE_TEST_POSTGRES names one (postgres://…).
package dbtest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"rixue/internal/db"
)

// Each runs the test on every database at hand.
func Each(t *testing.T, now func() time.Time, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, open(t, SQLiteURL(t), now)) })
	if os.Getenv("RIXUE_TEST_POSTGRES") == "" {
		return
	}
	t.Run("postgres", func(t *testing.T) { test(t, open(t, PostgresURL(t), now)) })
}

// New opens a fresh SQLite database, for tests of what is the same on both.
func New(t testing.TB, now func() time.Time) *db.DB {
	t.Helper()
	return open(t, SQLiteURL(t), now)
}

// SQLiteURL names a file that goes away with the test.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	return "sqlite:" + filepath.Join(t.TempDir(), "test.db")
}

// PostgresURL makes a schema that goes away with the test, and returns the URL
// that opens it. It skips the test when no PostgreSQL is named.
func PostgresURL(t testing.TB) string {
	t.Helper()
	base := os.Getenv("RIXUE_TEST_POSTGRES")
	if base == "" {
		t.Skip("RIXUE_TEST_POSTGRES is not set")
	}
	pool, err := sql.Open("pgx", base)
	if err != nil {
		t.Fatal(err)
	}
	schema := "t_" + strings.ToLower(db.NewID())
	ctx := context.Background()
	if _, err := pool.ExecContext(ctx, "CREATE SCHEMA "+schema); err != nil {
		t.Fatalf("RIXUE_TEST_POSTGRES: %v", err)
	}
	t.Cleanup(func() {
		if _, err := pool.ExecContext(ctx, "DROP SCHEMA "+schema+" CASCADE"); err != nil {
			t.Error(err)
		}
		pool.Close()
	})
	Used(t, "postgres")
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set("search_path", schema)
	u.RawQuery = q.Encode()
	return u.String()
}

// Used leaves a mark that a server was really used, for the run that asks for
// it with RIXUE_TEST_USED, a folder.
func Used(t testing.TB, server string) {
	t.Helper()
	dir := os.Getenv("RIXUE_TEST_USED")
	if dir == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(dir, server), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, url string, now func() time.Time) *db.DB {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, url, db.Options{Now: now, Conns: 6})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	return d
}
