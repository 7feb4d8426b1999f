package app

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io"

	"rixue/internal/office"
	"rixue/internal/roster"
)

// sample is a hospital that does not exist, 青禾医院, as three files that people
// could bring: its roster, a topic for each working day of November 2026 and
// three questions for each topic. The demo and the tests play in it.
//
//go:embed sample
var sample embed.FS

const sampleRoster = "sample/roster.csv"

// sampleApprover is the staff number of who answers for the sample's lessons,
// the head of its party office.
const sampleApprover = "1002"

// loadSample imports the sample hospital in the ways of `rixue import`. A
// second time it changes nothing, unless the sample was edited in between:
// then the files win.
func loadSample(ctx context.Context, a *App) error {
	for _, one := range []struct {
		name string
		load func(context.Context, io.Reader, ImportOptions, io.Writer) error
	}{
		{sampleRoster, a.importRoster},
		{"sample/topics.csv", a.importTopics},
		{"sample/questions.csv", a.importQuestions},
	} {
		data, err := sample.ReadFile(one.name)
		if err != nil {
			return err
		}
		if err := one.load(ctx, bytes.NewReader(data), ImportOptions{Approve: sampleApprover}, io.Discard); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return nil
}

// sampleMember is one of the sample's characters.
type sampleMember struct{ StaffNo, Name string }

// sampleStaff lists the sample's characters in the order of its roster.
func sampleStaff() []sampleMember {
	file, err := readSampleRoster()
	if err != nil {
		panic("app: the embedded sample is broken: " + err.Error()) // a test reads it
	}
	staff := make([]sampleMember, len(file.Rows))
	for i, r := range file.Rows {
		staff[i] = sampleMember{r.StaffNo, r.Name}
	}
	return staff
}

func readSampleRoster() (roster.File, error) {
	data, err := sample.ReadFile(sampleRoster)
	if err != nil {
		return roster.File{}, err
	}
	table, err := office.ReadTable(bytes.NewReader(data), roster.Spec())
	if err != nil {
		return roster.File{}, err
	}
	return roster.Parse(table), nil
}
