package wechat

import (
	"context"
	"fmt"
	"net/http"

	"github.com/silenceper/wechat/v2/officialaccount/user"
	"github.com/silenceper/wechat/v2/util"
)

// tagBatch is how many openids one tagging call takes.
const tagBatch = 50

// Tag is a group of followers, which a menu can be made for.
type Tag struct {
	ID    int
	Name  string // at most 30 characters
	Count int    // of followers
}

// TagError tells whom a tagging call left out; the others are done.
type TagError struct {
	Failed []string // openids
	Err    error    // the first *Error
}

func (e *TagError) Error() string {
	return fmt.Sprintf("%d openids not tagged: %v", len(e.Failed), e.Err)
}

// Unwrap returns the first *Error.
func (e *TagError) Unwrap() error { return e.Err }

// CreateTag makes a tag; an account has at most 100.
func (c *Client) CreateTag(ctx context.Context, name string) (Tag, error) {
	in := map[string]any{"tag": map[string]string{"name": name}}
	var out struct {
		Tag user.TagInfo `json:"tag"`
	}
	err := c.call(ctx, request{method: http.MethodPost, path: "/cgi-bin/tags/create", in: in, out: &out})
	return Tag{ID: int(out.Tag.ID), Name: out.Tag.Name}, err
}

// Tags lists the account's tags, the platform's own among them.
func (c *Client) Tags(ctx context.Context) ([]Tag, error) {
	var out struct {
		Tags []user.TagInfo `json:"tags"`
	}
	if err := c.call(ctx, request{method: http.MethodGet, path: "/cgi-bin/tags/get", out: &out}); err != nil {
		return nil, err
	}
	tags := make([]Tag, len(out.Tags))
	for i, t := range out.Tags {
		tags[i] = Tag{ID: int(t.ID), Name: t.Name, Count: int(t.Count)}
	}
	return tags, nil
}

// AddTag puts a tag on followers, 50 a call; a person has at most 20. Where
// some could not be done the error is a *TagError.
func (c *Client) AddTag(ctx context.Context, tagID int, openIDs []string) error {
	return c.tagging(ctx, "/cgi-bin/tags/members/batchtagging", tagID, openIDs)
}

// RemoveTag takes a tag off followers, as AddTag puts it on.
func (c *Client) RemoveTag(ctx context.Context, tagID int, openIDs []string) error {
	return c.tagging(ctx, "/cgi-bin/tags/members/batchuntagging", tagID, openIDs)
}

func (c *Client) tagging(ctx context.Context, path string, tagID int, openIDs []string) error {
	var failed TagError
	for start := 0; start < len(openIDs); start += tagBatch {
		chunk := openIDs[start:min(start+tagBatch, len(openIDs))]
		left, err := c.tagChunk(ctx, path, tagID, chunk)
		if err == nil {
			continue
		}
		if failed.Err == nil {
			failed.Err = err
		}
		if ctx.Err() != nil || hopeless(err) {
			failed.Failed = append(failed.Failed, openIDs[start:]...)
			break
		}
		failed.Failed = append(failed.Failed, left...)
	}
	if failed.Err != nil {
		return &failed
	}
	return nil
}

// tagChunk carries out one call and returns who was left out.
func (c *Client) tagChunk(ctx context.Context, path string, tagID int, openIDs []string) ([]string, error) {
	in := struct {
		OpenIDs []string `json:"openid_list"`
		TagID   int      `json:"tagid"`
	}{openIDs, tagID}
	var out struct {
		util.CommonError
		Failed []string `json:"fail_openid_list"`
	}
	err := c.call(ctx, request{method: http.MethodPost, path: path, in: in, out: &out})
	if err != nil && len(out.Failed) == 0 {
		return openIDs, err
	}
	return out.Failed, err
}

// hopeless reports whether the next chunk would fail for the same reason.
func hopeless(err error) bool {
	e, ok := asError(err)
	return ok && (e.Class == ClassAlarm || e.Class == ClassLater)
}
