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
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- of the item's line in the page file; unit: bytes
    org                   text    not null,     -- login of the organisation, as learnsql.ini has it
    user_id               integer not null,     -- GitHub's number, which stays when the login changes; pii: id
    login                 text    not null,     -- as it is now, may change; pii: login
    html_url              text,                 -- the page of the profile; pii: login
    avatar_url            text,                 -- picture of the account; pii: id
    type                  text,                 -- User, Bot
    seen_at               text    not null,     -- when its page was asked for, UTC
    item                  text                  -- json; pii: login
) strict;

-- One row for each whole list of members: who is not in the newest has left.
-- kind: versions, key org, newest seen_at
create table raw_github__member_lists (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- of the page's line; unit: bytes
    org                   text    not null,     -- login of the organisation, as learnsql.ini has it
    seen_at               text    not null      -- when its first page was asked for, UTC
) strict;

-- kind: versions, key repository, newest seen_at
create table raw_github__repositories (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the item's line began in the decoded stream; unit: bytes
    repository            text    not null,     -- as learnsql.ini has it
    repo_id               integer not null,     -- GitHub's number, which stays after a rename
    full_name             text    not null,     -- as it is now, after renames
    name                  text    not null,     -- full_name without its owner
    owner_login           text,                 -- account or organisation that has it now; pii: login
    html_url              text,                 -- its page for people
    default_branch        text,                 -- what a clone checks out: main, master, ...
    language              text,                 -- the one most of its code is in; null: none was found
    stargazers_count      integer,              -- accounts that starred it
    watchers_count        integer,              -- the same as stargazers_count, for historical reasons
    forks_count           integer,              -- direct copies of it
    open_issues_count     integer,              -- open pull requests are counted too
    is_private            integer,              -- 1 not public, 0 public, null not said
    is_fork               integer,              -- 1 a copy of another, 0 no, null not said
    is_archived           integer,              -- 1 read only, 0 no, null not said
    created_at            text,                 -- when it was made, UTC
    updated_at            text,                 -- last change of the repository itself, not of its code, UTC
    pushed_at             text,                 -- last push to any branch, UTC; null: none yet
    seen_at               text    not null,     -- when its page was asked for, UTC
    item                  text                  -- json
) strict;

-- kind: versions, key repository, sha, newest seen_at
create table raw_github__commits (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the item's line began in the decoded stream; unit: bytes
    repository            text    not null,     -- owner/name, as learnsql.ini has it
    sha                   text    not null,     -- git's hash of it, 40 hex digits
    html_url              text,                 -- its page for people
    api_url               text,                 -- its address in GitHub's API
    message               text,                 -- whole, with its lines; pii: text
    title                 text,                 -- first line of message; pii: text
    author_id             integer,              -- null: the e-mail belongs to no account; pii: id
    author_login          text,                 -- of the account; null: the e-mail belongs to none; pii: login
    author_avatar_url     text,                 -- picture of the account; null without an account; pii: id
    author_html_url       text,                 -- page of the profile; null without an account; pii: login
    author_name           text,                 -- as git has it; pii: name
    author_email          text,                 -- as git has it, often of no account; pii: email
    authored_at           text,                 -- when the change was written, by the clock of its author, UTC
    committer_id          integer,              -- who committed it, such as web-flow; null: no account; pii: id
    committer_login       text,                 -- of that account; null: the e-mail belongs to none; pii: login
    committer_name        text,                 -- as git has it; pii: name
    committer_email       text,                 -- as git has it; pii: email
    committed_at          text    not null,     -- when it entered the history, later than written after a rebase, UTC
    comment_count         integer,              -- comments on the commit itself
    additions             integer,              -- null in lists
    deletions             integer,              -- null in lists
    seen_at               text    not null,     -- when its page was asked for, UTC
    item                  text                  -- json; pii: email
) strict;

-- kind: versions, key pull_request_id, newest updated_at
create table raw_github__pull_requests (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the item's line began in the decoded stream; unit: bytes
    repository            text    not null,     -- owner/name, as learnsql.ini has it
    pull_request_id       integer not null,     -- one number over all of GitHub
    number                integer not null,     -- within the repository, shared with its issues
    html_url              text,                 -- its page for people
    title                 text,                 -- as it is now; pii: text
    state                 text,                 -- open, closed
    user_id               integer,              -- null: a deleted account; pii: id
    user_login            text,                 -- who wrote it, as it is now; null: a deleted account; pii: login
    user_avatar_url       text,                 -- picture of the account; null: a deleted one; pii: id
    user_html_url         text,                 -- page of the profile; null: a deleted account; pii: login
    base_repo_id          integer,              -- repository it is to be merged into
    base_ref              text,                 -- branch it is to be merged into
    head_ref              text,                 -- branch it comes from
    head_sha              text,                 -- last commit of the branch it comes from
    merge_commit_sha      text,                 -- commit that merged it; of an open one a trial merge; null: none could be made
    author_association    text,                 -- of the author to the repository: OWNER, MEMBER, CONTRIBUTOR, NONE, ...
    is_draft              integer,              -- 1 not yet for review, 0 ready, null not said
    created_at            text    not null,     -- when it was opened, UTC
    updated_at            text    not null,     -- last change of any kind, UTC
    closed_at             text,                 -- merged or not, UTC; null: open
    merged_at             text,                 -- UTC; null: open, or closed without a merge
    seen_at               text    not null,     -- when its page was asked for, UTC
    item                  text                  -- json; pii: text
) strict;

-- kind: versions, key review_id, newest seen_at
create table raw_github__reviews (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the item's line began in the decoded stream; unit: bytes
    repository            text    not null,     -- owner/name, as learnsql.ini has it
    review_id             integer not null,     -- one number over all of GitHub
    pull_request_number   integer not null,     -- which one was reviewed, within the repository
    html_url              text,                 -- its page for people
    state                 text,                 -- APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED, PENDING
    user_id               integer,              -- null: a deleted account; pii: id
    user_login            text,                 -- who wrote it, as it is now; null: a deleted account; pii: login
    user_avatar_url       text,                 -- picture of the account; null: a deleted one; pii: id
    user_html_url         text,                 -- page of the profile; null: a deleted account; pii: login
    commit_id             text,                 -- sha of the last commit the reviewer saw
    author_association    text,                 -- of the author to the repository: OWNER, MEMBER, CONTRIBUTOR, NONE, ...
    submitted_at          text,                 -- null while PENDING
    seen_at               text    not null,     -- when its page was asked for, UTC
    item                  text                  -- json; pii: text
) strict;

-- kind: versions, key run_id, run_attempt, newest updated_at
create table raw_github__workflow_runs (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the item's line began in the decoded stream; unit: bytes
    repository            text    not null,     -- owner/name, as learnsql.ini has it
    run_id                integer not null,     -- the same for all attempts of a run
    run_attempt           integer not null,     -- 1 where the API does not say
    name                  text,                 -- of the workflow, as its file had it
    node_id               text,                 -- its id in GitHub's GraphQL API
    head_branch           text,                 -- branch it ran on; null where there is none
    head_sha              text,                 -- commit it ran on
    path                  text,                 -- of the file that defines the workflow
    run_number            integer,              -- of the workflow in the repository, from 1
    event                 text,                 -- what set it off: push, pull_request, schedule, ...
    status                text,                 -- queued, in_progress, completed, ...
    conclusion            text,                 -- success, failure, ...; null until it is completed
    workflow_id           integer,              -- of the workflow that ran
    check_suite_id        integer,              -- that holds its results
    check_suite_node_id   text,                 -- the same in GitHub's GraphQL API
    display_title         text,                 -- what people see: of the commit or pull request, as a rule; pii: text
    api_url               text,                 -- its address in GitHub's API
    html_url              text,                 -- its page for people
    actor_id              integer,              -- account that set it off; null where not sent; pii: id
    actor_login           text,                 -- of that account, as it is now; pii: login
    actor_avatar_url      text,                 -- picture of the account; pii: id
    actor_html_url        text,                 -- page of the profile; pii: login
    repo_id               integer,              -- GitHub's number of the repository that ran it
    created_at            text    not null,     -- when its first attempt was set off, UTC
    updated_at            text    not null,     -- last change, of a completed run near its end, UTC
    run_started_at        text,                 -- of this attempt
    seen_at               text    not null,     -- when its page was asked for, UTC
    item                  text                  -- json; pii: email
) strict;

-- kind: versions, key job_id, newest seen_at
create table raw_github__workflow_jobs (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the item's line began in the decoded stream; unit: bytes
    repository            text    not null,     -- owner/name, as learnsql.ini has it
    job_id                integer not null,     -- one number over all of GitHub, another for each attempt
    run_id                integer not null,     -- run it belongs to
    run_attempt           integer not null,     -- of the run it belongs to; 1 where the API does not say
    name                  text,                 -- as people see it, with the values of its matrix
    node_id               text,                 -- its id in GitHub's GraphQL API
    head_sha              text,                 -- commit it ran on
    api_url               text,                 -- its address in GitHub's API
    html_url              text,                 -- its page for people
    run_url               text,                 -- its run in GitHub's API
    check_run_url         text,                 -- its check run in GitHub's API
    status                text,                 -- queued, in_progress, completed, ...
    conclusion            text,                 -- success, failure, skipped, ...; null until it is completed
    workflow_name         text,                 -- of the workflow it belongs to; null where not sent
    runner_id             integer,              -- machine that took it; null: none has yet
    runner_name           text,                 -- of that machine; null: none has taken it yet
    runner_group_id       integer,              -- group of that machine; null: none has taken it yet
    labels                text,                 -- json list
    steps                 text,                 -- json list
    step_count            integer,              -- length of steps; null where these were not sent
    created_at            text,                 -- when it was queued, UTC; null where not sent
    started_at            text,                 -- when it began, UTC; null where not sent
    completed_at          text,                 -- when it ended, UTC; null until then
    seen_at               text    not null,     -- when its page was asked for, UTC
    item                  text                  -- json
) strict;

-- kind: versions, key org, day, newest seen_at
create table raw_github__copilot_days (
    row_id                integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset         integer not null,     -- where the item's line began in the decoded stream; unit: bytes
    org                   text    not null,     -- login of the organisation, as learnsql.ini has it
    day                   text    not null,     -- that the counts are of, YYYY-MM-DD
    total_active_users    integer,              -- members who had any Copilot activity
    total_engaged_users   integer,              -- of those, who used one of its features
    total_chats           integer,              -- of all editors, models where the editor has no sum
    total_pull_request_summaries integer,       -- of the organisation, else of all repositories and models
    seen_at               text    not null,     -- when its page was asked for, UTC
    item                  text                  -- json
) strict;
