package db

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to this program's version. Several processes
// may do it at once: PostgreSQL has a lock for it; on SQLite the one who comes
// second fails on what the first has made, looks again and finds it done.
func (d *DB) Migrate(ctx context.Context) error {
	const tries = 4
	return d.migrator(func(p *goose.Provider) (err error) {
		for range tries {
			if _, err = p.Up(ctx); err == nil {
				return nil
			}
		}
		return fmt.Errorf("db: migrate: %w", err)
	})
}

// Pending tells whether the schema is older than this program.
func (d *DB) Pending(ctx context.Context) (pending bool, err error) {
	err = d.migrator(func(p *goose.Provider) (err error) {
		pending, err = p.HasPending(ctx)
		return err
	})
	return pending, err
}

// migrator hands fn the migrations on a connection of their own, as SQLite's
// writing connection belongs to the writer.
func (d *DB) migrator(fn func(*goose.Provider) error) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	pool, dialect, opts := d.pool, goose.DialectSQLite3, []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if d.dialect == Postgres {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120)) // tries each second
		if err != nil {
			return err
		}
		dialect, opts = goose.DialectPostgres, append(opts, goose.WithSessionLocker(locker))
	} else {
		files = sqliteFS{files}
		if pool, err = sql.Open("sqlite", d.dsn); err != nil {
			return err
		}
		defer pool.Close()
	}
	p, err := goose.NewProvider(dialect, pool, files, opts...)
	if err != nil {
		return fmt.Errorf("db: migrations: %w", err)
	}
	return fn(p)
}
