package office

import (
	"strings"

	"rixue/internal/words"
)

// Fault is one thing that is wrong with a table.
type Fault struct {
	Row    int    // as the spreadsheet program shows it; 0 is the table as a whole
	Column string // its proper title; empty for the row as a whole
	Value  string // what was written, masked when personal
	Reason string
}

func (f Fault) String() string { return words.FaultLine(f.Row, f.Column, f.Value, f.Reason) }

// Faults is the error of a table that cannot be taken as it is.
//
//nolint:errname // the list comes first, being an error is its last use
type Faults []Fault

// Error has a line for each fault.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i, one := range f {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

// whole refuses the table.
func whole(reason string) Faults { return Faults{{Reason: reason}} }
