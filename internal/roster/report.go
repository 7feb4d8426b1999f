package roster

import (
	"strings"

	"rixue/internal/words"
)

// Report says in words what an import would do or has done: the counts, then
// each person who is new, changed, back or missing, then the file's bad rows.
func (d Diff) Report(f File) string {
	lines := []string{words.RosterSummary(words.RosterCounts{
		Rows: d.Rows, New: len(d.New), Changed: len(d.Changed), Same: d.Same,
		Reopened: len(d.Reopened), Missing: len(d.Missing), Bad: len(f.Faults),
	}, d.DryRun, d.Closed)}
	if len(f.Ignored) > 0 {
		lines = append(lines, words.RosterIgnored+strings.Join(f.Ignored, "、"))
	}
	for _, u := range d.Units {
		lines = append(lines, words.RosterUnit(words.RosterNewUnit, kindNames[u.Kind], u.Name))
	}
	people := func(what string, list []Person) {
		for _, p := range list {
			lines = append(lines, words.RosterPerson(what, p.Name, p.StaffNo, p.Department))
		}
	}
	people(words.RosterNew, d.New)
	for _, c := range d.Changed {
		lines = append(lines, words.RosterPerson(words.RosterChanged, c.Name, c.StaffNo, c.Department)+"："+c.text())
	}
	people(words.RosterReopened, d.Reopened)
	people(words.RosterMissing, d.Missing)
	if len(f.Faults) > 0 {
		lines = append(lines, words.RosterBad, f.Faults.Error())
	}
	return strings.Join(lines, "\n") + "\n"
}

func (c Change) text() string {
	var parts []string
	for _, f := range c.Fields {
		if f.Old == "" && f.New == "" {
			parts = append(parts, words.RosterSealedChange(f.Title))
		} else {
			parts = append(parts, words.RosterChange(f.Title, f.Old, f.New))
		}
		if f.Title == words.RosterName[0] {
			parts = append(parts, words.RosterRenamed)
		}
	}
	return words.List(parts)
}
