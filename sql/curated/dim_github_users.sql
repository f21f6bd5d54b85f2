-- dim_github_users, version 1
-- One row per GitHub account that is a member, or wrote, reviewed or ran something.
-- owner: developer-relations
--
-- Login and addresses are those of the newest record that names the account.
-- Members who left stay, with left_at: when a list first lacked them.

create table dim_github_users (
    ---------- keys
    user_id           integer primary key,  -- GitHub's; pii: id
    ---------- text
    login             text    not null,     -- in the newest record; pii: login
    user_url          text,                 -- profile page, of the newest record; pii: login
    user_avatar_url   text,                 -- picture, of the newest record; pii: id
    ---------- booleans
    is_member         integer not null      -- of any organisation that is read, now
        constraint is_member_is_boolean check (is_member in (0, 1)),
    ---------- times (UTC, ISO 8601)
    left_at           text,                 -- null: never a member, or still one
    last_commit_at    text,                 -- null: no commit of theirs is known
    last_seen_at      text    not null      -- of the record that the names are from
) strict;

with

members as (
    select org, user_id, login, html_url, avatar_url, seen_at
    from stg_github__members
),

member_lists as (
    select org, seen_at from stg_github__member_lists
),

commits as (
    select
        author_id,
        author_login,
        author_html_url,
        author_avatar_url,
        committed_at,
        seen_at
    from stg_github__commits
),

pull_requests as (
    select user_id, user_login, user_html_url, user_avatar_url, seen_at
    from stg_github__pull_requests
),

reviews as (
    select user_id, user_login, user_html_url, user_avatar_url, seen_at
    from stg_github__reviews
),

workflow_runs as (
    select actor_id, actor_login, actor_html_url, actor_avatar_url, seen_at
    from stg_github__workflow_runs
),

mentions as (
    select user_id, login, html_url, avatar_url, seen_at
    from members
    union all
    select author_id, author_login, author_html_url, author_avatar_url, seen_at
    from commits
    union all
    select user_id, user_login, user_html_url, user_avatar_url, seen_at
    from pull_requests
    union all
    select user_id, user_login, user_html_url, user_avatar_url, seen_at
    from reviews
    union all
    select actor_id, actor_login, actor_html_url, actor_avatar_url, seen_at
    from workflow_runs
),

accounts as (
    select
        user_id,
        max_by(login, seen_at) as login,
        max_by(html_url, seen_at) as user_url,
        max_by(avatar_url, seen_at) as user_avatar_url,
        max(seen_at) as last_seen_at
    from mentions
    where user_id is not null and login is not null
    group by user_id
),

commit_times as (
    select author_id, max(committed_at) as last_commit_at
    from commits
    group by author_id
),

-- The first list of the organisation after the last that has the member.
departures as (
    select
        members.org,
        members.user_id,
        min(member_lists.seen_at) as left_at
    from members
    left join member_lists
        on
            members.org = member_lists.org
            and members.seen_at < member_lists.seen_at
    group by members.org, members.user_id
),

memberships as (
    select
        user_id,
        max(case when left_at is null then 1 else 0 end) as is_member,
        max(left_at) as left_at
    from departures
    group by user_id
),

final as (
    select
        accounts.user_id,
        accounts.login,
        accounts.user_url,
        accounts.user_avatar_url,
        coalesce(memberships.is_member, 0) as is_member,
        case when memberships.is_member = 0 then memberships.left_at end
            as left_at,
        commit_times.last_commit_at,
        accounts.last_seen_at
    from accounts
    left join memberships on accounts.user_id = memberships.user_id
    left join commit_times on accounts.user_id = commit_times.author_id
)

select * from final;
