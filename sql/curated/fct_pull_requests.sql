-- fct_pull_requests, version 1
-- One row per pull request.
-- owner: developer-relations
--
-- hours_to_solve and hours_to_merge count from created_at, in UTC; both are null
-- while it is open. first_review_at is of the first review of somebody else.

create table fct_pull_requests (
    ---------- keys
    pull_request_id      integer primary key,  -- GitHub's, 64 bits
    repo_id              integer not null references dim_github_repos (repo_id),
    user_id              integer               -- null: a deleted account; pii: id
        references dim_github_users (user_id),
    ---------- text
    pull_request_url     text,
    pull_request_title   text,                 -- pii: text
    state                text,                 -- open, closed
    base_ref             text,
    head_ref             text,
    ---------- numbers
    pull_request_number  integer not null,
    review_count         integer not null,     -- of others; unit: reviews
    hours_to_solve       real,                 -- until it was merged or closed; unit: hours
    hours_to_merge       real,                 -- null: not merged; unit: hours
    hours_to_review      real,                 -- null: never reviewed by another; unit: hours
    ---------- booleans
    is_draft             integer,
    is_merged            integer not null      -- 1: its changes were taken in; 0: open, or closed without
        constraint is_merged_is_boolean check (is_merged in (0, 1)),
    ---------- times (UTC, ISO 8601)
    created_at           text    not null,
    updated_at           text    not null,
    first_review_at      text,                 -- first review of another; null: none yet
    merged_at            text,
    closed_at            text,
    unique (repo_id, pull_request_number)
) strict;

create index fct_pull_requests__user on fct_pull_requests (user_id);

with

pull_requests as (
    select
        configured_name,
        pull_request_id,
        user_id,
        user_login,
        html_url,
        title,
        state,
        base_ref,
        head_ref,
        number,
        is_draft,
        created_at,
        updated_at,
        merged_at,
        closed_at
    from stg_github__pull_requests
),

reviews as (
    select
        configured_name,
        pull_request_number,
        user_id,
        submitted_at
    from stg_github__reviews
),

repos as (
    select distinct configured_name, repo_id from stg_github__repositories
),

-- A repository of two configured names has the review under either.
other_reviews as (
    select
        pull_requests.pull_request_id,
        count(*) as review_count,
        min(reviews.submitted_at) as first_review_at
    from pull_requests
    inner join repos on pull_requests.configured_name = repos.configured_name
    inner join repos as review_repos on repos.repo_id = review_repos.repo_id
    inner join reviews
        on
            review_repos.configured_name = reviews.configured_name
            and pull_requests.number = reviews.pull_request_number
            and reviews.submitted_at is not null
            and coalesce(reviews.user_id, 0) <> coalesce(pull_requests.user_id, -1)
    group by pull_requests.pull_request_id
),

times as (
    select
        pull_request_id,
        date_diff(
            'second',
            from_iso8601_timestamp(created_at),
            from_iso8601_timestamp(coalesce(merged_at, closed_at))
        ) as seconds_to_solve,
        date_diff(
            'second',
            from_iso8601_timestamp(created_at),
            from_iso8601_timestamp(merged_at)
        ) as seconds_to_merge
    from pull_requests
),

final as (
    select
        pull_requests.pull_request_id,
        repos.repo_id,
        case
            when pull_requests.user_login is not null then pull_requests.user_id
        end as user_id,
        pull_requests.html_url as pull_request_url,
        pull_requests.title as pull_request_title,
        pull_requests.state,
        pull_requests.base_ref,
        pull_requests.head_ref,
        pull_requests.number as pull_request_number,
        coalesce(other_reviews.review_count, 0) as review_count,
        cast(times.seconds_to_solve as double) / 3600 as hours_to_solve,
        cast(times.seconds_to_merge as double) / 3600 as hours_to_merge,
        cast(
            date_diff(
                'second',
                from_iso8601_timestamp(pull_requests.created_at),
                from_iso8601_timestamp(other_reviews.first_review_at)
            ) as double
        ) / 3600 as hours_to_review,
        pull_requests.is_draft,
        case when pull_requests.merged_at is null then 0 else 1 end as is_merged,
        pull_requests.created_at,
        pull_requests.updated_at,
        other_reviews.first_review_at,
        pull_requests.merged_at,
        pull_requests.closed_at
    from pull_requests
    inner join repos on pull_requests.configured_name = repos.configured_name
    inner join times
        on pull_requests.pull_request_id = times.pull_request_id
    left join other_reviews
        on pull_requests.pull_request_id = other_reviews.pull_request_id
)

select * from final;
