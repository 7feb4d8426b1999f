-- +goose Up

-- The staff's tag at WeChat: who carries it sees the staff's menu. A person
-- should carry it for his binding (bound_at; 0: none) while he follows.
ALTER TABLE person ADD COLUMN tag_for BIGINT NOT NULL DEFAULT 0;    -- the bound_at that was last settled with WeChat
ALTER TABLE person ADD COLUMN tag_code BIGINT NOT NULL DEFAULT 0;   -- the platform's last refusal; with a settled one: it was given up
ALTER TABLE person ADD COLUMN tag_tries BIGINT NOT NULL DEFAULT 0;  -- refused for this person
ALTER TABLE person ADD COLUMN tag_hold BIGINT NOT NULL DEFAULT 0;   -- real time: a lease, or a pause between tries
CREATE INDEX person_tag ON person (tag_tries, id) WHERE tag_for <> CASE WHEN followed THEN bound_at ELSE 0 END;

-- A tag that we use, and how the calls about it fare.
CREATE TABLE wechat_tag (
    name       TEXT PRIMARY KEY,           -- ours: staff
    tag_id     BIGINT NOT NULL,            -- the platform's; 0: not known
    tries      BIGINT NOT NULL DEFAULT 0,  -- calls that failed for everybody since the last that went well
    hold_until BIGINT NOT NULL DEFAULT 0   -- real time: no call before
);

-- +goose Down
DROP TABLE wechat_tag;
DROP INDEX person_tag;
ALTER TABLE person DROP COLUMN tag_hold;
ALTER TABLE person DROP COLUMN tag_tries;
ALTER TABLE person DROP COLUMN tag_code;
ALTER TABLE person DROP COLUMN tag_for;
