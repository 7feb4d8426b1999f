// Package roster knows the staff: who they are, where they belong, what they
// may be asked to do, and which follower of the account is which of them.
//
// # Import
//
// [Parse] reads a file without touching anything, [Service.Plan] says what it
// would change, [Service.Apply] does it. 工号 is the key of a person; names may
// be the same. Who is missing from a file is listed, and closed only on
// request; nobody is ever deleted, and who comes back is opened again, unbound.
//
// Apply computes the difference in a read transaction and writes it in pieces
// of 200 members, each in a transaction of its own of a few milliseconds:
// units first, then people in the order of the file, leavers last. A reader in
// between sees some members as before and some as in the file, never half a
// member and never one whose unit is not there. There is no staging table to
// switch over, because no fact of a roster holds between two members: nothing
// is wrong when the first half of a list is a second ahead of the other. Each
// piece ends the same when it is done again, so an import that was broken off
// is finished by importing the file once more.
//
// # Binding
//
// A follower becomes a member by staff number, name and a one-time code, or by
// scanning the code's QR. Codes are kept as keyed hashes: they are printed,
// then made valid, so that no valid code was never printed. A member has one
// binding and a person has one. A code for a member who is bound can only be a
// renewed one, so it moves the binding to who holds it: that is how one changes
// phones. Wrong tries answer alike whichever part was wrong, and are counted by
// openid and by staff number, known or not; see [lockedUntil].
package roster

import "rixue/internal/seal"

// Service is the roster.
type Service struct{ ring *seal.Ring }

// New returns the roster whose identity columns are sealed by the ring.
func New(ring *seal.Ring) *Service { return &Service{ring} }
