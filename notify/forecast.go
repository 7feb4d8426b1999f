package notify

import (
	"context"
	"time"

	"rixue/internal/db"
)

// Forecast is what would become of a notice of an optional kind.
type Forecast struct {
	Recipients int               // who consented to it
	Unreached  map[string]Reason // member id → why he would not be told
}

const selectForecast = `
SELECT o.member_id, COALESCE(p.id, ''), COALESCE(p.followed, FALSE),
  COALESCE(p.said_at, 0), COALESCE(p.said_used, 0), COALESCE(p.tapped_at, 0), COALESCE(p.tap_used, 0)
FROM opt_in o LEFT JOIN person p ON p.member_id = o.member_id AND p.member_id <> ''
WHERE o.topic = $1 AND o.until = 0`

// Forecast plans a notice of a kind to everybody who consented to it, as if it
// were told at a time to come and nothing happened until then.
func (s *Service) Forecast(ctx context.Context, tx *db.Tx, k Kind, at time.Time) (Forecast, error) {
	out := Forecast{Unreached: map[string]Reason{}}
	list, err := db.All(ctx, tx, func(r db.Rows) (d delivery, err error) {
		return d, r.Scan(&d.recipient, &d.personID, &d.followed, &d.said.at, &d.said.used, &d.tapped.at, &d.tapped.used)
	}, selectForecast, string(k.Topic()))
	if err != nil {
		return out, err
	}
	p := planning{Service: s, tx: tx}
	if err := p.readLedgers(ctx); err != nil {
		return out, err
	}
	n := &notice{kind: k}
	for i := range list {
		d := &list[i]
		d.ofMember, d.consent, d.openID = true, true, d.personID // only whether there is one counts
		f, err := p.facts(ctx, d, n)
		if err != nil {
			return out, err
		}
		f.Left = nil // of another day
		out.Recipients++
		if decision := Plan(f, at); decision.State != Sending {
			out.Unreached[d.recipient] = decision.Reason
		}
	}
	return out, nil
}
