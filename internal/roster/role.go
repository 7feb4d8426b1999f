package roster

import (
	"slices"
	"strings"

	"rixue/internal/words"
)

// Role is what a member may be asked to do; the value is its code.
type Role string

// The roles.
const (
	Staff       Role = "staff"
	Secretary   Role = "secretary"
	Handler     Role = "handler"
	Head        Role = "head"
	Coordinator Role = "coordinator"
	Custodian   Role = "custodian"
	Duty        Role = "duty"
	Inspector   Role = "inspector"
	Discipline  Role = "discipline"
	Leader      Role = "leader"
	Volunteer   Role = "volunteer"
	Admin       Role = "admin"
)

type roleName struct {
	role Role
	name string
}

// roleNames says how people call them, in the order in which they are kept.
var roleNames = []roleName{
	{Staff, words.RoleStaff},
	{Secretary, words.RoleSecretary},
	{Handler, words.RoleHandler},
	{Head, words.RoleHead},
	{Coordinator, words.RoleCoordinator},
	{Custodian, words.RoleCustodian},
	{Duty, words.RoleDuty},
	{Inspector, words.RoleInspector},
	{Discipline, words.RoleDiscipline},
	{Leader, words.RoleLeader},
	{Volunteer, words.RoleVolunteer},
	{Admin, words.RoleAdmin},
}

// Name is how people call the role.
func (r Role) Name() string {
	for _, n := range roleNames {
		if n.role == r {
			return n.name
		}
	}
	return string(r)
}

// readRoles reads names of roles, or their codes, as the codes joined by
// blanks; nothing means an ordinary member of staff.
func readRoles(s string) (codes, reason string) {
	given := strings.FieldsFunc(s, isSeparator)
	if len(given) == 0 {
		return string(Staff), ""
	}
	var kept, known []string
	for _, n := range roleNames {
		known = append(known, n.name)
		if slices.ContainsFunc(given, n.means) {
			kept = append(kept, string(n.role))
		}
	}
	for _, g := range given {
		if !slices.ContainsFunc(roleNames, func(n roleName) bool { return n.means(g) }) {
			return "", words.FaultUnknown(known)
		}
	}
	return strings.Join(kept, " "), ""
}

func (n roleName) means(s string) bool { return n.name == s || string(n.role) == s }

// showRoles writes kept codes as people read them.
func showRoles(codes string) string {
	var names []string
	for c := range strings.FieldsSeq(codes) {
		names = append(names, Role(c).Name())
	}
	return strings.Join(names, "、")
}
