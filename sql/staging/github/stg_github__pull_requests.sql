-- stg_github__pull_requests, version 1
-- One row per pull request, as it was last updated.
-- owner: developer-relations

create view stg_github__pull_requests (
    row_id,
    source_offset,
    configured_name,
    pull_request_id,
    number,
    html_url,
    title,
    state,
    user_id,
    user_login,
    user_avatar_url,
    user_html_url,
    base_repo_id,
    base_ref,
    head_ref,
    head_sha,
    merge_commit_sha,
    author_association,
    is_draft,
    created_at,
    updated_at,
    closed_at,
    merged_at,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        repository as configured_name,
        pull_request_id,
        number,
        html_url,
        title,
        state,
        user_id,
        user_login,
        user_avatar_url,
        user_html_url,
        base_repo_id,
        base_ref,
        head_ref,
        head_sha,
        merge_commit_sha,
        author_association,
        is_draft,
        created_at,
        updated_at,
        closed_at,
        merged_at,
        seen_at,
        row_number() over (
            partition by pull_request_id
            order by updated_at desc nulls last, seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_github__pull_requests
)

select
    row_id,
    source_offset,
    configured_name,
    pull_request_id,
    number,
    html_url,
    title,
    state,
    user_id,
    user_login,
    user_avatar_url,
    user_html_url,
    base_repo_id,
    base_ref,
    head_ref,
    head_sha,
    merge_commit_sha,
    author_association,
    is_draft,
    created_at,
    updated_at,
    closed_at,
    merged_at,
    seen_at
from versions
where version_number = 1;
