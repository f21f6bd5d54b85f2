-- fct_commits, version 1
-- One row per repository and commit of its default branch.
-- owner: developer-relations
--
-- Times are the committer's. user_id is null where the author's e-mail belongs to
-- no account: GitHub then sends no author.

create table fct_commits (
    ---------- keys
    commit_id      text    not null,  -- sha
    repo_id        integer not null references dim_github_repos (repo_id),
    user_id        integer            -- the author; null: no account; pii: id
        references dim_github_users (user_id),
    ---------- text
    commit_url     text,
    commit_title   text,              -- first line of the message; pii: text
    author_name    text,              -- as git has it; pii: name
    author_email   text,              -- pii: email
    committer_name text,              -- pii: name
    committer_email text,             -- pii: email
    ---------- numbers
    comment_count  integer,
    additions      integer,           -- null: lists do not tell
    deletions      integer,           -- null: lists do not tell
    ---------- times (UTC, ISO 8601)
    authored_at    text,
    created_at     text    not null,  -- when it was committed
    primary key (commit_id, repo_id)
) strict;

create index fct_commits__repo on fct_commits (repo_id);
create index fct_commits__user on fct_commits (user_id);

with

commits as (
    select
        configured_name,
        sha,
        author_id,
        author_login,
        html_url,
        title,
        author_name,
        author_email,
        committer_name,
        committer_email,
        comment_count,
        additions,
        deletions,
        authored_at,
        committed_at,
        seen_at
    from stg_github__commits
),

repos as (
    select distinct configured_name, repo_id from stg_github__repositories
),

ranked as (
    select
        commits.sha,
        repos.repo_id,
        case when commits.author_login is not null then commits.author_id end
            as user_id,
        commits.html_url,
        commits.title,
        commits.author_name,
        commits.author_email,
        commits.committer_name,
        commits.committer_email,
        commits.comment_count,
        commits.additions,
        commits.deletions,
        commits.authored_at,
        commits.committed_at,
        row_number() over (
            partition by commits.sha, repos.repo_id
            order by commits.seen_at desc nulls last, commits.configured_name nulls last
        ) as place
    from commits
    inner join repos on commits.configured_name = repos.configured_name
),

final as (
    select
        sha as commit_id,
        repo_id,
        user_id,
        html_url as commit_url,
        title as commit_title,
        author_name,
        author_email,
        committer_name,
        committer_email,
        comment_count,
        additions,
        deletions,
        authored_at,
        committed_at as created_at
    from ranked
    where place = 1
)

select * from final;
