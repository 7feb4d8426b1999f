package roster

import (
	"rixue/internal/office"
	"rixue/internal/words"
)

// Record is what a roster says of one person, by names as people write them;
// roles are codes joined by blanks.
type Record struct {
	StaffNo, Name, Phone              string
	Department, Window, Branch, Group string
	Political, Post, Roles            string
	JoinedOn, Remark                  string
}

// field is one column of a roster: how it is called, read and found.
type field struct {
	column office.Column
	must   bool // a value may not be empty
	read   func(string) (value, reason string)
	at     func(*Record) *string
	show   func(string) string // how a report shows a value; nil is as it is
}

func col(key string, titles []string) office.Column {
	return office.Column{Key: key, Titles: titles}
}

// fields are the columns of a roster.
var fields = []field{
	{
		column: required(code(col("staff_no", words.RosterStaffNo))), must: true,
		read: readStaffNo, at: func(r *Record) *string { return &r.StaffNo },
	},
	{
		column: required(col("name", words.RosterName)), must: true,
		read: readName, at: func(r *Record) *string { return &r.Name },
	},
	{
		column: personal(code(col("phone", words.RosterPhone))), show: office.Mask,
		read: readPhone, at: func(r *Record) *string { return &r.Phone },
	},
	{
		column: required(col("department", words.RosterDepartment)), must: true,
		read: readUnitName, at: func(r *Record) *string { return &r.Department },
	},
	{
		column: col("window", words.RosterWindow),
		read:   readUnitName, at: func(r *Record) *string { return &r.Window },
	},
	{
		column: required(col("branch", words.RosterBranch)),
		read:   readUnitName, at: func(r *Record) *string { return &r.Branch },
	},
	{
		column: col("group", words.RosterGroup),
		read:   readUnitName, at: func(r *Record) *string { return &r.Group },
	},
	{
		column: personal(col("political", words.RosterPolitical)), show: hide,
		read: readPolitical, at: func(r *Record) *string { return &r.Political },
	},
	{
		column: col("post", words.RosterPost),
		read:   readText, at: func(r *Record) *string { return &r.Post },
	},
	{
		column: col("roles", words.RosterRoles),
		read:   readRoles, show: showRoles, at: func(r *Record) *string { return &r.Roles },
	},
	{
		column: personal(day(col("joined_on", words.RosterJoinedOn))), show: hide,
		read: readText, at: func(r *Record) *string { return &r.JoinedOn },
	},
	{
		column: col("remark", words.RosterRemark),
		read:   readText, at: func(r *Record) *string { return &r.Remark },
	},
}

// hide shows nothing of a value.
func hide(string) string { return "" }

func required(c office.Column) office.Column { c.Required = true; return c }
func personal(c office.Column) office.Column { c.Personal = true; return c }
func code(c office.Column) office.Column     { c.Kind = office.Code; return c }
func day(c office.Column) office.Column      { c.Kind = office.Day; return c }

// Spec is what a roster's table should have.
func Spec() office.Spec {
	var s office.Spec
	for _, f := range fields {
		s.Columns = append(s.Columns, f.column)
	}
	return s
}
