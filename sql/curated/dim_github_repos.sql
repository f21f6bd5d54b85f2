-- dim_github_repos, version 1
-- One row per repository that is read from the REST API, under its name of now.
-- owner: developer-relations
--
-- A renamed repository is one row: configured_name is the one that learnsql.ini
-- has (of several, the least), repo_full_name what GitHub calls it now. It is
-- gone when GitHub shows it under none of its configured names any more: a name
-- may have left learnsql.ini, or be gone while another is not.

create table dim_github_repos (
    ---------- keys
    repo_id            integer primary key,  -- GitHub's
    ---------- text
    repo_full_name     text    not null,     -- owner/name
    repo_name          text    not null,
    configured_name    text    not null,     -- owner/name in learnsql.ini; of several, the least
    repo_url           text,
    default_branch     text,
    language           text,
    ---------- numbers
    stargazers_count   integer,              -- unit: accounts
    watchers_count     integer,              -- unit: accounts
    forks_count        integer,
    open_issues_count  integer,
    ---------- booleans
    is_renamed         integer not null      -- the configured name is an old one
        constraint is_renamed_is_boolean check (is_renamed in (0, 1)),
    is_archived        integer,
    is_gone            integer not null      -- GitHub shows it no longer, under any configured name
        constraint is_gone_is_boolean check (is_gone in (0, 1)),
    ---------- times (UTC, ISO 8601)
    repo_created_at    text,
    repo_updated_at    text,
    last_seen_at       text    not null
) strict;

with

repositories as (
    select
        configured_name,
        repo_id,
        full_name,
        name,
        html_url,
        default_branch,
        language,
        stargazers_count,
        watchers_count,
        forks_count,
        open_issues_count,
        is_archived,
        created_at,
        updated_at,
        seen_at,
        row_number() over (
            partition by repo_id
            order by seen_at desc nulls last, configured_name nulls last
        ) as place,
        min(configured_name) over (partition by repo_id) as first_name
    from stg_github__repositories
),

gone as (
    select
        cast(split_part(object, ':', 2) as varchar) as configured_name,
        max(checked_at) as gone_at
    from stg_github__gone
    where split_part(object, ':', 1) = 'repository'
    group by 1
),

shown as (
    select
        cast(split_part(object, ':', 2) as varchar) as configured_name,
        max(checked_at) as shown_at
    from stg_github__shown
    where split_part(object, ':', 1) = 'repository'
    group by 1
),

looks as (
    select
        repositories.repo_id,
        case when gone.gone_at >= repositories.seen_at then gone.gone_at end as gone_at,
        case
            when gone.gone_at >= repositories.seen_at then null
            else coalesce(shown.shown_at, repositories.seen_at)
        end as shown_at
    from repositories
    left join gone on repositories.configured_name = gone.configured_name
    left join shown on repositories.configured_name = shown.configured_name
),

-- One run asks for all names, one after the other, and for a gone one once a
-- day: what another name showed less than a day before still counts.
gone_repos as (
    select
        repo_id,
        case
            when max(gone_at) is null then 0
            when max(shown_at) is null then 1
            when
                date_diff(
                    'second',
                    from_iso8601_timestamp(max(shown_at)),
                    from_iso8601_timestamp(max(gone_at))
                ) < 86400 then 0
            else 1
        end as is_gone
    from looks
    group by repo_id
),

final as (
    select
        repositories.repo_id,
        repositories.full_name as repo_full_name,
        repositories.name as repo_name,
        repositories.first_name as configured_name,
        repositories.html_url as repo_url,
        repositories.default_branch,
        repositories.language,
        repositories.stargazers_count,
        repositories.watchers_count,
        repositories.forks_count,
        repositories.open_issues_count,
        case
            when repositories.full_name = repositories.first_name then 0
            else 1
        end as is_renamed,
        repositories.is_archived,
        gone_repos.is_gone,
        repositories.created_at as repo_created_at,
        repositories.updated_at as repo_updated_at,
        repositories.seen_at as last_seen_at
    from repositories
    inner join gone_repos on repositories.repo_id = gone_repos.repo_id
    where repositories.place = 1
)

select * from final;
