package app

import (
	"fmt"
	"io"

	"rixue/internal/understand"
	"rixue/internal/words"
)

// Explain prints what a text is understood as: the act with its arguments, the
// rule that decided and how sure it is. It opens nothing and changes nothing.
func Explain(out io.Writer, role, open, text string) error {
	c, err := understand.ParseOpen(open)
	if err != nil {
		return fmt.Errorf("%w: --open: %w", ErrUsage, err)
	}
	if c.Roles, err = understand.ParseRole(role); err != nil {
		return fmt.Errorf("%w: --role: %w", ErrUsage, err)
	}
	r := understand.Read(text, c)
	for _, x := range append([]understand.Reading{r}, r.More...) {
		fmt.Fprintln(out, words.Explained(string(x.Act), x.Args, x.Rule, int(x.Sure)))
	}
	return nil
}
