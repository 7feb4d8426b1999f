package wechatsim

import (
	"slices"
	"unicode/utf8"
)

const (
	starTag     = 2   // the platform's own tag that every account has
	firstTag    = 100 // ids below belong to the platform
	maxTags     = 100
	maxTagName  = 30 // characters
	maxUserTags = 20
	maxTagging  = 50 // openids in one call
)

type tag struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

type tagRequest struct {
	Tag tag `json:"tag"`
}

func (s *Sim) tagCreate(c *apiCall) (any, *refusal) {
	var in tagRequest
	if r := c.into(&in); r != nil {
		return nil, r
	}
	if r := s.checkTagName(in.Tag.Name); r != nil {
		return nil, r
	}
	if len(s.tags) >= maxTags {
		return nil, refuse(45056, "too many tag now, no need to add new")
	}
	t := tag{ID: firstTag + int(s.next()), Name: in.Tag.Name}
	s.tags = append(s.tags, t)
	return tagRequest{t}, nil
}

func (s *Sim) checkTagName(name string) *refusal {
	switch {
	case name == "" || utf8.RuneCountInString(name) > maxTagName:
		return refuse(45158, "tag name too long")
	case slices.ContainsFunc(s.tags, func(t tag) bool { return t.Name == name }):
		return refuse(45157, "invalid tag name")
	}
	return nil
}

func (s *Sim) tagList(*apiCall) (any, *refusal) {
	type counted struct {
		tag
		Count int `json:"count"`
	}
	list := []counted{}
	for _, t := range s.tags {
		list = append(list, counted{t, len(s.tagged(t.ID))})
	}
	return map[string]any{"tags": list}, nil
}

func (s *Sim) tagUpdate(c *apiCall) (any, *refusal) {
	var in tagRequest
	if r := c.into(&in); r != nil {
		return nil, r
	}
	i, r := s.ownTag(in.Tag.ID)
	if r != nil {
		return nil, r
	}
	if r := s.checkTagName(in.Tag.Name); r != nil {
		return nil, r
	}
	s.tags[i].Name = in.Tag.Name
	return ok(), nil
}

func (s *Sim) tagDelete(c *apiCall) (any, *refusal) {
	var in tagRequest
	if r := c.into(&in); r != nil {
		return nil, r
	}
	i, r := s.ownTag(in.Tag.ID)
	if r != nil {
		return nil, r
	}
	for _, f := range s.tagged(in.Tag.ID) {
		f.dropTag(in.Tag.ID)
	}
	s.tags = slices.Delete(s.tags, i, i+1)
	return ok(), nil
}

// ownTag finds a tag that the account may change.
func (s *Sim) ownTag(id int) (int, *refusal) {
	if id < firstTag {
		return 0, refuse(45058, "can't modify sys tag")
	}
	i := slices.IndexFunc(s.tags, func(t tag) bool { return t.ID == id })
	if i < 0 {
		return 0, refuse(45159, "invalid tag id")
	}
	return i, nil
}

func (s *Sim) tagPut(c *apiCall) (any, *refusal) {
	return s.tagging(c, func(f *Follower, id int) bool {
		f.dropTag(id) // the last tag put on decides which menu is shown
		if len(f.tags) >= maxUserTags {
			return false
		}
		f.tags = append(f.tags, id)
		return true
	})
}

func (s *Sim) tagTake(c *apiCall) (any, *refusal) {
	return s.tagging(c, func(f *Follower, id int) bool {
		f.dropTag(id)
		return true
	})
}

// tagging does something to each openid and names those it could not be done
// to; the others are done.
func (s *Sim) tagging(c *apiCall, do func(*Follower, int) bool) (any, *refusal) {
	var in struct {
		OpenIDs []string `json:"openid_list"`
		TagID   int      `json:"tagid"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	if len(in.OpenIDs) == 0 || len(in.OpenIDs) > maxTagging {
		return nil, refuse(40032, "invalid openid list size")
	}
	if !slices.ContainsFunc(s.tags, func(t tag) bool { return t.ID == in.TagID }) {
		return nil, refuse(45159, "invalid tag id")
	}
	for _, id := range in.OpenIDs {
		if s.followers[id] == nil {
			return nil, refuse(40003, "invalid openid")
		}
	}
	var failed []string
	for _, id := range in.OpenIDs {
		if f := s.followers[id]; !f.following || !do(f, in.TagID) {
			failed = append(failed, id)
		}
	}
	if failed != nil {
		return nil, &refusal{45171, "some openid fail", map[string]any{"fail_openid_list": failed}}
	}
	return ok(), nil
}

func (s *Sim) tagsOfUser(c *apiCall) (any, *refusal) {
	var in struct {
		OpenID string `json:"openid"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	f, known := s.followers[in.OpenID]
	if !known {
		return nil, refuse(40003, "invalid openid")
	}
	return map[string]any{"tagid_list": append([]int{}, f.tags...)}, nil
}

// tagged lists a tag's followers in the order in which they came.
func (s *Sim) tagged(id int) []*Follower {
	return slices.DeleteFunc(s.following(), func(f *Follower) bool { return !slices.Contains(f.tags, id) })
}

func (f *Follower) dropTag(id int) {
	f.tags = slices.DeleteFunc(f.tags, func(t int) bool { return t == id })
}
