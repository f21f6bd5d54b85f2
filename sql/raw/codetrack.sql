-- codetrack, version 1
-- What Codetrack, LeetCode and the roster file said of learners, typed and never rewritten.
-- owner: learning-analytics
--
-- Written by: the codetrack connector. Every answer with news adds rows; of the
-- rows of a key the newest counts. Points and commits are two tables: a week of
-- which only one side came would else write 0 over the other. `seen_at` is when
-- it was asked for.

-- Each change of the roster file is here whole.
-- kind: versions, key email, newest seen_at
create table raw_codetrack__learners (
    row_id                 integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset          integer not null,     -- of the row in the roster file; unit: bytes
    email                  text    not null,     -- the learner in the roster, at most once in a file; pii: email
    name                   text    not null,     -- as the roster spells it; pii: name
    codetrack_id           integer not null,     -- 0 and less: no account; pii: id
    cohort                 text    not null,     -- text: 11.30 is not 11.3
    leetcode_id            text,                 -- null: none; pii: login
    seen_at                text    not null      -- when this state of the file was read, UTC
) strict;

-- kind: versions, key codetrack_id, date, newest seen_at
create table raw_codetrack__weekly_scores (
    row_id                 integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset          integer not null,     -- of the item's line in the page file; unit: bytes
    codetrack_id           integer not null,     -- of the account that was asked about; pii: id
    date                   text    not null,     -- UTC day on which the week begins
    points                 integer not null,     -- gained in the week; unit: points
    date_time              text    not null,     -- as it was sent
    seen_at                text    not null      -- when it was asked for, UTC
) strict;

-- kind: versions, key codetrack_id, date, newest seen_at
create table raw_codetrack__weekly_commits (
    row_id                 integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset          integer not null,     -- where the record began in the decoded stream; unit: bytes
    codetrack_id           integer not null,     -- of the account that was asked about; pii: id
    date                   text    not null,     -- UTC day on which the week begins
    commits                integer not null,     -- the API calls it points; unit: commits
    date_time              text    not null,     -- as it was sent
    seen_at                text    not null      -- when it was asked for, UTC
) strict;

-- kind: versions, key codetrack_id, newest as_of
create table raw_codetrack__profiles (
    row_id                 integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset          integer not null,     -- where the record began in the decoded stream; unit: bytes
    codetrack_id           integer not null,     -- of the account that was asked about; pii: id
    as_of                  text    not null,     -- when the totals were asked for, UTC
    free_code_camp_points  integer,              -- total so far; null: never joined; unit: points
    honor                  integer,              -- of Codewars; unit: points
    leetcode_points        integer,              -- total so far; null: never joined; unit: points
    body                   text    not null      -- json, as it was sent; pii: text
) strict;

-- kind: versions, key leetcode_id, submission_id, newest seen_at
create table raw_codetrack__submissions (
    row_id                 integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset          integer not null,     -- where the record began in the decoded stream; unit: bytes
    leetcode_id            text    not null,     -- whose list of accepted answers it is; pii: login
    codetrack_id           integer not null,     -- of the roster when it was asked; pii: id
    submission_id          text    not null,     -- LeetCode's, text as it is sent
    title                  text    not null,     -- of the problem, for people; '' where it was not sent
    title_slug             text    not null,     -- of the problem, the end of its address
    solved_at              text    not null,     -- when the answer was accepted, UTC
    seen_at                text    not null      -- when it was asked for, UTC
) strict;
