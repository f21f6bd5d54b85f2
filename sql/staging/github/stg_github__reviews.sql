-- stg_github__reviews, version 1
-- One row per review, as it was seen last.
-- owner: developer-relations

create view stg_github__reviews (
    row_id,
    source_offset,
    configured_name,
    review_id,
    pull_request_number,
    html_url,
    state,
    user_id,
    user_login,
    user_avatar_url,
    user_html_url,
    commit_id,
    author_association,
    submitted_at,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        repository as configured_name,
        review_id,
        pull_request_number,
        html_url,
        state,
        user_id,
        user_login,
        user_avatar_url,
        user_html_url,
        commit_id,
        author_association,
        submitted_at,
        seen_at,
        row_number() over (
            partition by review_id
            order by seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_github__reviews
)

select
    row_id,
    source_offset,
    configured_name,
    review_id,
    pull_request_number,
    html_url,
    state,
    user_id,
    user_login,
    user_avatar_url,
    user_html_url,
    commit_id,
    author_association,
    submitted_at,
    seen_at
from versions
where version_number = 1;
