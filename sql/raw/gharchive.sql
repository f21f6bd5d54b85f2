-- gharchive, version 1
-- What GH Archive's hours hold, typed and never rewritten.
-- owner: developer-relations
--
-- Written by: the gharchive connector. The columns up to created_at are always
-- filled; payload_* and those after them by `payload = fields` (default) or
-- `full`; the rest of the archive's 19 columns by `columns = all`. A column
-- that is switched off, and a field that GitHub did not send, is null: null is
-- never 0 and never ''.

-- kind: events, key event_id, created_at
create table raw_gharchive__events (
    ---------- where it came from
    row_id                 integer primary key,    -- load_id << 28 | its number in the load, from 0
    source_offset          integer not null,       -- where the record began in the decoded file; unit: bytes
    ---------- always
    event_id               integer not null,       -- GitHub's id (they restarted in 2025: no key by itself); a negative hash of the record where it has none
    type                   text    not null,       -- PushEvent, ...; types nobody knew yet pass
    actor_id               integer,                -- null before 2015 at times, and for anonymous gists; pii: id
    actor_login            text,                   -- as it was then; pii: login
    repo_id                integer,                -- null where the event has no repository (FollowEvent, GistEvent) or an empty one
    repo_name              text,                   -- owner/name as it was then; pii: login
    org_id                 integer,                -- null for events outside organisations, and before 2015
    org_login              text,                   -- as it was then
    public                 integer                 -- 1 yes, 0 no, null not said
        constraint public_is_boolean check (public in (0, 1)),
    created_at             text    not null        -- when it happened, YYYY-MM-DDTHH:MM:SSZ
        constraint created_at_is_utc_second check (length(created_at) = 20),
    ---------- of the payload
    payload_action         text,                   -- opened, closed, started, published, ...
    payload_ref            text,                   -- branch or tag; PushEvent sends refs/heads/ before it; null when a repository is created
    payload_ref_type       text,                   -- repository, branch, tag
    payload_number         integer,                -- of the issue or pull request: payload.number, else that of pull_request, else of issue
    payload_size           integer,                -- commits in the push; null since October 2025, when GitHub stopped sending it
    payload_distinct_size  integer,                -- commits new to the repository; null since October 2025
    payload_merged         integer                 -- pull_request.merged: 1 yes, 0 no; null since October 2025 where not sent
        constraint payload_merged_is_boolean check (payload_merged in (0, 1)),
    review_state           text,                   -- payload.review.state: approved, changes_requested, commented, dismissed
    release_tag            text,                   -- payload.release.tag_name
    forkee_id              integer,                -- the new repository of a fork
    forkee_name            text,                   -- payload.forkee.full_name; pii: login
    member_id              integer,                -- who was added to the repository; pii: id
    member_login           text,                   -- its login as it was then; pii: login
    ---------- the rest of the archive's columns
    actor_gravatar_id      text,                   -- '' since 2015; pii: id
    actor_avatar_url       text,                   -- the actor's picture; pii: id
    actor_url              text,                   -- the actor in GitHub's API; pii: login
    repo_url               text,                   -- the repository in GitHub's API; pii: login
    org_gravatar_id        text,                   -- '' since 2015
    org_avatar_url         text,                   -- the organisation's picture
    org_url                text,                   -- the organisation in GitHub's API
    other                  text                    -- json: what has no column, under the name of its object; pii: text
) strict;

-- The whole payloads, in blocks beside the rows: only with `payload = full`.
-- data is a zlib stream, which sqlite3's own sqlar_uncompress(data, length)
-- undoes, of lines: the event's source_offset, a tab, its payload as JSON with
-- e-mails hashed as the archive does. An event's block is the one of its load
-- with the greatest source_offset up to the event's.
-- kind: events
create table raw_gharchive__payload_blocks (
    row_id         integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset  integer not null,  -- of the first event in it; unit: bytes
    last_offset    integer not null,  -- of the last; unit: bytes
    length         integer not null,  -- of the lines; unit: bytes
    data           blob    not null   -- compressed; pii: text
) strict;

-- The commits of pushes: only with `push_commits = yes`. GitHub sends at most
-- twenty of a push, and none since October 2025.
-- kind: events
create table raw_gharchive__push_commits (
    row_id         integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset  integer not null,  -- of the push event; unit: bytes
    event_id       integer not null,  -- of the push event
    position       integer not null,  -- within the push, from 0
    sha            text,              -- of the commit
    author_name    text,              -- as the commit says; pii: name
    author_email   text,              -- local part hashed as the archive does; pii: email
    message        text,              -- of the commit; pii: text
    is_distinct    integer            -- new to the repository; null where not sent
) strict;
