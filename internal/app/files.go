package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"rixue/internal/db"
	"rixue/internal/errs"
	"rixue/internal/office"
	"rixue/internal/roster"
	"rixue/internal/words"
	"rixue/study"
)

// ImportOptions are the flags of `rixue import`.
type ImportOptions struct {
	DryRun, SkipBad         bool
	CloseMissing, AllowMass bool   // of a roster
	Approve                 string // staff number of who answers for topics and questions
}

// Import reads a file of what (roster, topics, questions) into the database
// and reports to out. Bad rows are an error that names each of them.
func Import(ctx context.Context, a *App, what, file string, o ImportOptions, out io.Writer) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	switch what {
	case "roster":
		return a.importRoster(ctx, f, o, out)
	case "topics":
		return a.importTopics(ctx, f, o, out)
	case "questions":
		return a.importQuestions(ctx, f, o, out)
	}
	return fmt.Errorf("import: %q is not one of roster, topics, questions", what)
}

func (a *App) importRoster(ctx context.Context, f io.Reader, o ImportOptions, out io.Writer) error {
	table, err := office.ReadTable(f, roster.Spec())
	if err != nil {
		return err
	}
	file := roster.Parse(table)
	var diff roster.Diff
	if o.DryRun {
		err = a.DB.View(ctx, func(tx *db.Tx) (err error) {
			diff, err = a.Roster.Plan(ctx, tx, file)
			return err
		})
	} else {
		diff, err = a.Roster.Apply(ctx, a.DB, file, roster.Options{SkipBad: o.SkipBad, CloseMissing: o.CloseMissing, AllowMass: o.AllowMass})
	}
	if err != nil {
		return err
	}
	io.WriteString(out, diff.Report(file))
	if o.DryRun && len(file.Faults) > 0 {
		return ErrBadRows
	}
	return nil
}

// ErrBadRows says that bad rows have been reported already.
var ErrBadRows = errors.New("bad rows")

func (a *App) approver(ctx context.Context, no string) (id string, err error) {
	if no == "" {
		return "", nil
	}
	err = a.DB.View(ctx, func(tx *db.Tx) (err error) {
		id, err = study.Approver(ctx, tx, a.Roster, no)
		return err
	})
	return id, err
}

func (a *App) importTopics(ctx context.Context, f io.Reader, o ImportOptions, out io.Writer) (err error) {
	table, err := office.ReadTable(f, study.TopicSpec())
	if err != nil {
		return err
	}
	rows, faults := study.ParseTopics(table)
	defer func() {
		if err == nil {
			io.WriteString(out, a.remarkDays(rows))
		}
	}()
	err = a.importStudy(ctx, words.Topics, faults, o, out, func(approver string) (study.Change, error) {
		return a.Study.ImportTopics(ctx, a.DB, a.Roster, table, rows, approver, o.DryRun)
	})
	if err != nil || o.DryRun || o.Approve == "" {
		return err
	}
	return a.Timer.TopicsApproved(ctx)
}

// remarkDays names the days of topics on which nobody works, and those of
// years whose holidays are not known yet.
func (a *App) remarkDays(rows []study.TopicRow) string {
	var off, unsure []string
	for _, r := range rows {
		work, sure := a.Days.Workday(r.Day)
		switch {
		case !sure:
			unsure = append(unsure, string(r.Day))
		case !work:
			off = append(off, string(r.Day))
		}
	}
	return words.TopicDays(off, unsure)
}

func (a *App) importQuestions(ctx context.Context, f io.Reader, o ImportOptions, out io.Writer) error {
	table, err := office.ReadTable(f, study.QuestionSpec())
	if err != nil {
		return err
	}
	rows, faults := study.ParseQuestions(table)
	return a.importStudy(ctx, words.Questions, faults, o, out, func(approver string) (study.Change, error) {
		return a.Study.ImportQuestions(ctx, a.DB, table, rows, approver, o.DryRun)
	})
}

// importStudy is what imports of topics and questions have in common.
func (a *App) importStudy(ctx context.Context, what string, faults office.Faults, o ImportOptions, out io.Writer, store func(approver string) (study.Change, error)) error {
	if len(faults) > 0 && !o.SkipBad && !o.DryRun {
		return faults
	}
	approver, err := a.approver(ctx, o.Approve)
	if err != nil {
		return err
	}
	c, err := store(approver)
	if err != nil {
		return errors.Join(asError(faults), err)
	}
	io.WriteString(out, words.Imported(what, c.New, c.Changed, c.Same, c.Days, o.DryRun))
	if len(faults) > 0 {
		fmt.Fprintln(out, faults.Error())
		if o.DryRun {
			return ErrBadRows
		}
	}
	return nil
}

func asError(f office.Faults) error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// BindCodes issues binding codes and prints them to out, or writes them to an
// xlsx file. With renew it gives that staff number alone a new one.
func BindCodes(ctx context.Context, a *App, file, renew string, out io.Writer) error {
	print := func(codes []roster.Code) error { return printCodes(codes, file, out) }
	if renew == "" {
		return a.Roster.IssueCodes(ctx, a.DB, print)
	}
	var code roster.Code
	err := a.DB.Tx(ctx, func(tx *db.Tx) (err error) {
		code, err = a.Roster.Renew(ctx, tx, renew)
		return err
	})
	if errors.Is(err, db.ErrNoRows) {
		return errs.New(errs.NotFound, words.NoSuchStaffNo(renew))
	}
	if err != nil {
		return err
	}
	return print([]roster.Code{code})
}

func printCodes(codes []roster.Code, file string, out io.Writer) error {
	header, rows := roster.CodeTable(codes)
	if file != "" {
		return writeFile(file, func(w io.Writer) error { return office.WriteTable(w, words.CodeSheet, header, rows) })
	}
	fmt.Fprintln(out, strings.Join(header, "\t"))
	for _, r := range rows {
		fmt.Fprintln(out, strings.Join(r, "\t"))
	}
	return nil
}

// writeFile writes a whole file or none, and never over another: codes are
// printed once.
func writeFile(name string, write func(io.Writer) error) error {
	if _, err := os.Stat(name); err == nil {
		return errs.New(errs.Conflict, words.FileExists(name))
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), ".rixue-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) //nolint:errcheck // gone already after the rename
	if err := errors.Join(write(tmp), tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}
