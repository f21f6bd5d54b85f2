-- cicd_pull_requests, version 1
-- Pull requests whose author has an account, open ones too; cicd_left_out counts the others.
-- owner: developer-relations
--
-- days_to_solve of an open one counts to the end of the day of the build, so it is
-- made anew each day; hours_to_solve, as the first dashboard has it, only merged ones have.

create table cicd_pull_requests (
    ---------- keys
    id                    integer not null,  -- GitHub's, 64 bits
    pull_request_id       text    primary key,  -- repo_name/number
    repo_id               integer not null,
    user_id               integer not null,  -- pii: id
    ---------- text
    pull_request_url      text,
    pull_request_title    text,              -- pii: text
    ---------- numbers
    pull_request_number   integer not null,
    days_to_solve         real    not null,  -- until merged, else closed, else now; unit: days
    hours_to_solve        real,              -- until merged; null: not merged; unit: hours
    ---------- booleans
    pull_request_draft    integer,
    ---------- times (UTC, ISO 8601)
    created_at            text    not null,
    merged_at             text,
    closed_at             text
) strict;

with

pull_requests as (
    select
        pull_request_id,
        pull_request_number,
        pull_request_url,
        pull_request_title,
        is_draft,
        created_at,
        merged_at,
        closed_at,
        repo_id,
        user_id,
        hours_to_merge,
        date_diff(
            'second',
            from_iso8601_timestamp(created_at),
            from_iso8601_timestamp(coalesce(
                merged_at, closed_at, :as_of_date || 'T23:59:59Z'
            ))
        ) as open_seconds
    from fct_pull_requests
    where user_id is not null
),

repos as (
    select repo_id, repo_full_name, repo_name,
        count(*) over (partition by repo_name) as namesakes
    from dim_github_repos
),

final as (
    select
        pull_requests.pull_request_id as id,
        case
            when repos.namesakes > 1 then repos.repo_full_name
            else repos.repo_name
        end || '/' || cast(pull_requests.pull_request_number as varchar)
            as pull_request_id,
        pull_requests.repo_id,
        pull_requests.user_id,
        pull_requests.pull_request_url,
        pull_requests.pull_request_title,
        pull_requests.pull_request_number,
        cast(pull_requests.open_seconds as double) / 86400 as days_to_solve,
        pull_requests.hours_to_merge as hours_to_solve,
        pull_requests.is_draft as pull_request_draft,
        pull_requests.created_at,
        pull_requests.merged_at,
        pull_requests.closed_at
    from pull_requests
    inner join repos on pull_requests.repo_id = repos.repo_id
)

select * from final;
