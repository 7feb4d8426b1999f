package wechatsim

import (
	"cmp"
	"slices"
)

// pageSize is how many openids one page of a list has.
const pageSize = 10_000

// userInfo is GET /cgi-bin/user/info. It tells no name since 2021.
func (s *Sim) userInfo(c *apiCall) (any, *refusal) {
	f, known := s.followers[c.req.URL.Query().Get("openid")]
	if !known {
		return nil, refuse(40003, "invalid openid")
	}
	if !f.following {
		return map[string]any{"subscribe": 0, "openid": f.openID, "tagid_list": []int{}}, nil
	}
	return map[string]any{
		"subscribe": 1, "openid": f.openID, "language": "zh_CN",
		"subscribe_time": f.since.Unix(), "remark": "", "groupid": 0,
		"tagid_list": append([]int{}, f.tags...), "subscribe_scene": f.how,
		"qr_scene": 0, "qr_scene_str": f.scene,
	}, nil
}

// userList is GET /cgi-bin/user/get.
func (s *Sim) userList(c *apiCall) (any, *refusal) {
	page, r := s.page(s.following(), c.req.URL.Query().Get("next_openid"))
	if r == nil {
		page["total"] = len(s.following())
	}
	return page, r
}

// usersOfTag is POST /cgi-bin/user/tag/get.
func (s *Sim) usersOfTag(c *apiCall) (any, *refusal) {
	var in struct {
		TagID int    `json:"tagid"`
		Next  string `json:"next_openid"`
	}
	if r := c.into(&in); r != nil {
		return nil, r
	}
	page, r := s.page(s.tagged(in.TagID), in.Next)
	return page, r
}

// page cuts what comes after an openid. People who left meanwhile do not
// disturb it: the place of an openid in the order stays.
func (s *Sim) page(list []*Follower, after string) (map[string]any, *refusal) {
	if after != "" {
		f, known := s.followers[after]
		if !known {
			return nil, refuse(40003, "invalid openid")
		}
		list = slices.DeleteFunc(list, func(g *Follower) bool { return g.place <= f.place })
	}
	list = list[:min(len(list), pageSize)]
	out := map[string]any{"count": len(list), "next_openid": ""}
	if len(list) > 0 {
		ids := make([]string, len(list))
		for i, f := range list {
			ids[i] = f.openID
		}
		out["data"] = map[string]any{"openid": ids}
		out["next_openid"] = ids[len(ids)-1]
	}
	return out, nil
}

// following lists who follows now, in the order in which they came.
func (s *Sim) following() []*Follower {
	var list []*Follower
	for _, f := range s.followers {
		if f.following {
			list = append(list, f)
		}
	}
	slices.SortFunc(list, func(a, b *Follower) int { return cmp.Compare(a.place, b.place) })
	return list
}
