package wechat

// Class says what to do about a failed call.
type Class uint8

// The classes of failure.
const (
	ClassUnknown Class = iota // no answer, and the call may have been carried out: repeat only what may happen twice
	ClassNow                  // not carried out; again in seconds, a few times, and slow down
	ClassLater                // not carried out; again in minutes, or after midnight in Beijing (45009)
	ClassToken                // the token was refused; the client itself tries another one, callers see Alarm
	ClassUser                 // give up for this person and correct what is known of him
	ClassContent              // give up this message: it, or a list it names, is at fault
	ClassAlarm                // stop the channel and tell a person: the account, a template or the configuration is at fault
)

// String returns the class's name for logs and metrics.
func (c Class) String() string {
	return [...]string{"unknown", "now", "later", "token", "user", "content", "alarm"}[c]
}

// classOf is the table of errcodes. A code that is not listed gives up the one
// message, so that a code met by one person's message alone cannot stop
// everyone else's.
//
// 45065 is not here: a mass send that exists already is a success.
func classOf(code int) Class {
	switch code {
	case -1, // system busy
		45169,                // this openid is being tagged by somebody else
		45171,                // some openids failed; the body names them
		268487001, 268487002: // blacklist, follower list busy
		return ClassNow
	case 45009, // daily quota of this API
		45011,        // too often in this minute
		45028,        // mass quota of the period
		45066,        // clientmsgid used a moment ago
		42010,        // same media too soon
		43117,        // too often to this openid
		89504, 89505: // waiting for the administrator's consent
		return ClassLater
	case 40001, 40014, 42001: // token wrong, malformed, expired
		return ClassToken
	case 40003, 49003, // openid malformed, of another account
		43004, 50005, // does not follow
		43019,               // on the black list
		43101,               // no subscription left, or refused
		45015, 45047, 48002, // window closed, count used up, messages switched off
		50002, 70000, // limited account, protection of minors
		40029, 40163, 42003, 41008: // OAuth code wrong, used, expired, missing: authorize again
		return ClassUser
	case 40013, 40125, 40243, 41002, 41004, 41001, // appid, secret, frozen, missing; token missing
		40164, 89503, 89506, 89507, // address not allowed, waiting, refused
		61024,                             // account handed to a third-party platform
		43116, 40249, 40251, 40252, 40247, // template limited, marketing, capped, in review, of the old library
		40036, 40037, // template id wrong or removed
		48001, 48004, 48006, 65400: // API not granted, banned, clear_quota used up, new 客服 not enabled
		return ClassAlarm
	default:
		return ClassContent
	}
}
