package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
)

// conn is SQLite's writing connection with its prepared statements. Only the
// writer's goroutine uses it, so it goes to the driver without database/sql,
// whose locks and copies are for connections that are shared.
type conn struct {
	driver driver.Conn
	stmts  map[string]stmt // by their text; texts are constants of the program
	args   []driver.NamedValue
}

// stmt is what the driver prepares.
type stmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

func (c *conn) close() error {
	var errs []error
	for _, st := range c.stmts {
		errs = append(errs, st.Close())
	}
	return errors.Join(append(errs, c.driver.Close())...)
}

// exec and query leave the caller's context aside: the driver would keep a
// goroutine per statement for it, and one caller's hurry must not interrupt
// the connection that his neighbours share.
//
//nolint:contextcheck // see above
func (c *conn) exec(_ context.Context, query string, args []any) (int64, error) {
	st, err := c.prepare(query, args)
	if err != nil {
		return 0, err
	}
	res, err := st.ExecContext(context.Background(), c.args)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

//nolint:contextcheck // see exec
func (c *conn) query(_ context.Context, query string, args []any) (rows, error) {
	st, err := c.prepare(query, args)
	if err != nil {
		return nil, err
	}
	r, err := st.QueryContext(context.Background(), c.args)
	if err != nil {
		return nil, err
	}
	return &connRows{rows: r, row: make([]driver.Value, len(r.Columns()))}, nil
}

// prepare finds the statement and readies its arguments.
func (c *conn) prepare(query string, args []any) (stmt, error) {
	st, ok := c.stmts[query]
	if !ok {
		s, err := c.driver.Prepare(query)
		if err != nil {
			return nil, err
		}
		if st, ok = s.(stmt); !ok {
			return nil, fmt.Errorf("db: the driver prepares a %T", s)
		}
		c.stmts[query] = st
	}
	c.args = c.args[:0]
	for i, arg := range args {
		v, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return nil, fmt.Errorf("db: argument %d: %w", i+1, err)
		}
		c.args = append(c.args, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	return st, nil
}

// connRows is the answer of a conn to a query.
type connRows struct {
	rows   driver.Rows
	row    []driver.Value
	err    error
	closed bool
}

// Next goes to the next row; behind the last one it closes, so that the
// statement can be used again.
func (r *connRows) Next() bool {
	if r.closed {
		return false
	}
	err := r.rows.Next(r.row)
	if err == nil {
		return true
	}
	if !errors.Is(err, io.EOF) {
		r.err = err
	}
	r.err = errors.Join(r.err, r.Close())
	return false
}

func (r *connRows) Err() error { return r.err }

func (r *connRows) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	return r.rows.Close()
}

func (r *connRows) Scan(dest ...any) error {
	if len(dest) != len(r.row) {
		return fmt.Errorf("db: %d columns scanned into %d", len(r.row), len(dest))
	}
	for i, v := range r.row {
		if !assign(dest[i], v) {
			return fmt.Errorf("db: column %d: %T scanned into %T", i+1, v, dest[i])
		}
	}
	return nil
}

// assign copies a value of the driver to where the program wants it.
func assign(dest any, v driver.Value) bool {
	switch v := v.(type) {
	case int64:
		switch d := dest.(type) {
		case *int64:
			*d = v
		case *int:
			*d = int(v)
		case *bool:
			*d = v != 0
		default:
			return false
		}
		return true
	case string:
		return assignText(dest, v)
	case []byte: // the driver's own copy
		if d, ok := dest.(*[]byte); ok {
			*d = v
			return true
		}
		return assignText(dest, string(v))
	case float64:
		d, ok := dest.(*float64)
		if ok {
			*d = v
		}
		return ok
	case nil: // only bytes know NULL
		d, ok := dest.(*[]byte)
		if ok {
			*d = nil
		}
		return ok
	}
	return false
}

func assignText(dest any, v string) bool {
	switch d := dest.(type) {
	case *string:
		*d = v
	case *[]byte:
		*d = []byte(v)
	default:
		return false
	}
	return true
}
