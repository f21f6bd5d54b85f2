-- fct_reviews, version 1
-- One row per review of a pull request.
-- owner: developer-relations

create table fct_reviews (
    ---------- keys
    review_id        integer primary key,  -- GitHub's
    pull_request_id  integer not null references fct_pull_requests (pull_request_id),
    user_id          integer               -- null: a deleted account; pii: id
        references dim_github_users (user_id),
    ---------- text
    review_url       text,
    state            text,                 -- APPROVED, CHANGES_REQUESTED, COMMENTED, DISMISSED, PENDING
    commit_id        text,
    ---------- times (UTC, ISO 8601)
    submitted_at     text                  -- null while PENDING
) strict;

create index fct_reviews__pull_request on fct_reviews (pull_request_id);
create index fct_reviews__user on fct_reviews (user_id);

with

reviews as (
    select
        review_id,
        configured_name,
        pull_request_number,
        user_id,
        user_login,
        html_url,
        state,
        commit_id,
        submitted_at
    from stg_github__reviews
),

-- A repository of two configured names has the review under either.
repos as (
    select distinct configured_name, repo_id from stg_github__repositories
),

pull_requests as (
    select
        pull_request_id,
        repo_id,
        pull_request_number
    from fct_pull_requests
),

final as (
    select
        reviews.review_id,
        pull_requests.pull_request_id,
        case when reviews.user_login is not null then reviews.user_id end
            as user_id,
        reviews.html_url as review_url,
        reviews.state,
        reviews.commit_id,
        reviews.submitted_at
    from reviews
    inner join repos on reviews.configured_name = repos.configured_name
    inner join pull_requests
        on
            repos.repo_id = pull_requests.repo_id
            and reviews.pull_request_number = pull_requests.pull_request_number
)

select * from final;
