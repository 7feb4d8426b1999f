package db

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"time"
)

// ForUpdate is what a SELECT ends with to hold its row until the commit. On
// SQLite the writer is alone and there is nothing to say.
func (tx *Tx) ForUpdate() string {
	if tx.dialect == Postgres {
		return " FOR UPDATE"
	}
	return ""
}

// SkipLocked is ForUpdate for one table of a query, passing over the rows that
// somebody else holds.
func (tx *Tx) SkipLocked(table string) string {
	if tx.dialect == Postgres {
		return " FOR UPDATE OF " + table + " SKIP LOCKED"
	}
	return ""
}

// sqliteFS shows the migrations as SQLite reads them: `/*sqlite: X*/` is a
// comment to PostgreSQL and X to SQLite.
type sqliteFS struct{ fs.FS }

func (f sqliteFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil || path.Ext(name) != ".sql" {
		return file, err
	}
	defer file.Close() //nolint:errcheck // read from memory
	b, err := io.ReadAll(file)
	if err != nil {
		return nil, err
	}
	const begin, end = "/*sqlite:", "*/"
	var out bytes.Buffer
	for {
		before, rest, ok := bytes.Cut(b, []byte(begin))
		out.Write(before)
		if !ok {
			return sqlFile{&out, name, int64(out.Len())}, nil
		}
		only, after, _ := bytes.Cut(rest, []byte(end))
		out.Write(only)
		b = after
	}
}

// sqlFile is a file in memory, and its own description.
type sqlFile struct {
	io.Reader
	name string
	size int64
}

func (f sqlFile) Stat() (fs.FileInfo, error) { return f, nil }
func (f sqlFile) Close() error               { return nil }
func (f sqlFile) Name() string               { return path.Base(f.name) }
func (f sqlFile) Size() int64                { return f.size }
func (f sqlFile) Mode() fs.FileMode          { return 0o444 }
func (f sqlFile) ModTime() time.Time         { return time.Time{} }
func (f sqlFile) IsDir() bool                { return false }
func (f sqlFile) Sys() any                   { return nil }
