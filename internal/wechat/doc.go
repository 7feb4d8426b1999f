// Package wechat is the client of the WeChat platform: it keeps the access
// token and carries out the calls that rixue needs.
//
// # What is the SDK's and what is ours
//
// The types that go over the wire (customer messages, QR requests, tags, token
// and quota answers, the errcode envelope) are those of silenceper/wechat v2.
// Its HTTP path is not used. There the client and the rewriting of addresses
// are variables of the process, most calls take no context and have no
// timeout, and errors print the URL with the token in it. Here every Client has
// an http.Client of its own, so that two of them may talk to two platforms in
// one process, and every call honours its context. For the same reason the SDK's
// cache is not needed: the only thing it would hold is the token, and that has
// rules of its own.
//
// The SDK's root package must never be imported: it switches logging of
// decrypted messages on.
//
// # The token
//
// stable_token gives every process the same token until its last five minutes,
// so asking once more than needed does no harm. A token is kept in memory and
// in Redis, asked for again at half of what was left of its life, and used to
// its end if that fails. Without Redis each process asks for itself.
//
// A call refused for its token is repeated once, with another token. The
// refused one is forgotten only where it still is the current one. When the
// platform insists on the refused token, it is forced to issue a new one, at
// most every 75 minutes over all processes, which is within its 20 a day; a
// forced token that is refused as well is an alarm.
//
// The ticket of the JS-SDK is kept in the same way. Nobody ever refuses it to
// us, for it is phones that check signatures, so it is only refreshed.
//
// # Errors
//
// Every error of a call is an *Error. Its Class says what to do, and whether
// the platform may have carried the call out although no answer came. No
// error and no log line holds a secret or a token.
package wechat
