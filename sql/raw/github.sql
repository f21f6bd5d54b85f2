-- github, version 1
-- What GitHub's REST API said of organisations and repositories, typed and never rewritten.
-- owner: developer-relations
--
-- Written by: the github connector. Every answer with news adds rows; of the rows
-- of a key the newest counts. `repository` is the name that learnsql.ini has,
-- also after a rename. `seen_at` is when the page was asked for. `item` is the
-- whole object as it was sent; with `items = none` it is null.

-- kind: versions, key org, user_id, newest seen_at
create table raw_github__members (
    row_id                integer primary key,
    source_offset         integer not null,  -- of the item's line in the page file; unit: bytes
    org                   text    not null,
    user_id               integer not null,  -- pii: id
    login                 text    not null,  -- pii: login
    html_url              text,              -- pii: login
    avatar_url            text,              -- pii: id
    type                  text,              -- User, Bot
    seen_at               text    not null,
    item                  text               -- json; pii: login
) strict;

-- One row for each whole list of members: who is not in the newest has left.
-- kind: versions, key org, newest seen_at
create table raw_github__member_lists (
    row_id                integer primary key,
    source_offset         integer not null,  -- of the page's line; unit: bytes
    org                   text    not null,
    seen_at               text    not null
) strict;

-- kind: versions, key repository, newest seen_at
create table raw_github__repositories (
    row_id                integer primary key,
    source_offset         integer not null,
    repository            text    not null,  -- as learnsql.ini has it
    repo_id               integer not null,
    full_name             text    not null,  -- as it is now, after renames
    name                  text    not null,
    owner_login           text,              -- pii: login
    html_url              text,
    default_branch        text,
    language              text,
    stargazers_count      integer,
    watchers_count        integer,
    forks_count           integer,
    open_issues_count     integer,
    is_private            integer,
    is_fork               integer,
    is_archived           integer,
    created_at            text,
    updated_at            text,
    pushed_at             text,
    seen_at               text    not null,
    item                  text               -- json
) strict;

-- kind: versions, key repository, sha, newest seen_at
create table raw_github__commits (
    row_id                integer primary key,
    source_offset         integer not null,
    repository            text    not null,
    sha                   text    not null,
    html_url              text,
    api_url               text,
    message               text,              -- pii: text
    title                 text,              -- first line of message; pii: text
    author_id             integer,           -- null: the e-mail belongs to no account; pii: id
    author_login          text,              -- pii: login
    author_avatar_url     text,              -- pii: id
    author_html_url       text,              -- pii: login
    author_name           text,              -- as git has it; pii: name
    author_email          text,              -- pii: email
    authored_at           text,
    committer_id          integer,           -- pii: id
    committer_login       text,              -- pii: login
    committer_name        text,              -- pii: name
    committer_email       text,              -- pii: email
    committed_at          text    not null,
    comment_count         integer,
    additions             integer,           -- null in lists
    deletions             integer,           -- null in lists
    seen_at               text    not null,
    item                  text               -- json; pii: email
) strict;

-- kind: versions, key pull_request_id, newest updated_at
create table raw_github__pull_requests (
    row_id                integer primary key,
    source_offset         integer not null,
    repository            text    not null,
    pull_request_id       integer not null,
    number                integer not null,
    html_url              text,
    title                 text,              -- pii: text
    state                 text,              -- open, closed
    user_id               integer,           -- null: a deleted account; pii: id
    user_login            text,              -- pii: login
    user_avatar_url       text,              -- pii: id
    user_html_url         text,              -- pii: login
    base_repo_id          integer,
    base_ref              text,
    head_ref              text,
    head_sha              text,
    merge_commit_sha      text,
    author_association    text,
    is_draft              integer,
    created_at            text    not null,
    updated_at            text    not null,
    closed_at             text,
    merged_at             text,
    seen_at               text    not null,
    item                  text               -- json; pii: text
) strict;

-- kind: versions, key review_id, newest seen_at
create table raw_github__reviews (
    row_id                integer primary key,
    source_offset         integer not null,
    repository            text    not null,
    review_id             integer not null,
    pull_request_number   integer not null,
    html_url              text,
    state                 text,              -- APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED, PENDING
    user_id               integer,           -- null: a deleted account; pii: id
    user_login            text,              -- pii: login
    user_avatar_url       text,              -- pii: id
    user_html_url         text,              -- pii: login
    commit_id             text,
    author_association    text,
    submitted_at          text,              -- null while PENDING
    seen_at               text    not null,
    item                  text               -- json; pii: text
) strict;

-- kind: versions, key run_id, run_attempt, newest updated_at
create table raw_github__workflow_runs (
    row_id                integer primary key,
    source_offset         integer not null,
    repository            text    not null,
    run_id                integer not null,
    run_attempt           integer not null,  -- 1 where the API does not say
    name                  text,
    node_id               text,
    head_branch           text,
    head_sha              text,
    path                  text,
    run_number            integer,
    event                 text,
    status                text,              -- queued, in_progress, completed, ...
    conclusion            text,              -- success, failure, ...; null until it is completed
    workflow_id           integer,
    check_suite_id        integer,
    check_suite_node_id   text,
    display_title         text,              -- pii: text
    api_url               text,
    html_url              text,
    actor_id              integer,           -- pii: id
    actor_login           text,              -- pii: login
    actor_avatar_url      text,              -- pii: id
    actor_html_url        text,              -- pii: login
    repo_id               integer,
    created_at            text    not null,
    updated_at            text    not null,
    run_started_at        text,              -- of this attempt
    seen_at               text    not null,
    item                  text               -- json; pii: email
) strict;

-- kind: versions, key job_id, newest seen_at
create table raw_github__workflow_jobs (
    row_id                integer primary key,
    source_offset         integer not null,
    repository            text    not null,
    job_id                integer not null,
    run_id                integer not null,
    run_attempt           integer not null,
    name                  text,
    node_id               text,
    head_sha              text,
    api_url               text,
    html_url              text,
    run_url               text,
    check_run_url         text,
    status                text,
    conclusion            text,
    workflow_name         text,
    runner_id             integer,
    runner_name           text,
    runner_group_id       integer,
    labels                text,              -- json list
    steps                 text,              -- json list
    step_count            integer,
    created_at            text,
    started_at            text,
    completed_at          text,
    seen_at               text    not null,
    item                  text               -- json
) strict;

-- kind: versions, key org, day, newest seen_at
create table raw_github__copilot_days (
    row_id                integer primary key,
    source_offset         integer not null,
    org                   text    not null,
    day                   text    not null,
    total_active_users    integer,
    total_engaged_users   integer,
    total_chats           integer,           -- of all editors, models where the editor has no sum
    total_pull_request_summaries integer,    -- of the organisation, else of all repositories and models
    seen_at               text    not null,
    item                  text               -- json
) strict;
