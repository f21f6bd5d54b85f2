-- stg_github__repositories, version 1
-- One row per configured repository, as it was seen last.
-- owner: developer-relations

create view stg_github__repositories (
    row_id,
    source_offset,
    configured_name,
    repo_id,
    full_name,
    name,
    owner_login,
    html_url,
    default_branch,
    language,
    stargazers_count,
    watchers_count,
    forks_count,
    open_issues_count,
    is_private,
    is_fork,
    is_archived,
    created_at,
    updated_at,
    pushed_at,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        repository as configured_name,
        repo_id,
        full_name,
        name,
        owner_login,
        html_url,
        default_branch,
        language,
        stargazers_count,
        watchers_count,
        forks_count,
        open_issues_count,
        is_private,
        is_fork,
        is_archived,
        created_at,
        updated_at,
        pushed_at,
        seen_at,
        row_number() over (
            partition by repository
            order by seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_github__repositories
)

select
    row_id,
    source_offset,
    configured_name,
    repo_id,
    full_name,
    name,
    owner_login,
    html_url,
    default_branch,
    language,
    stargazers_count,
    watchers_count,
    forks_count,
    open_issues_count,
    is_private,
    is_fork,
    is_archived,
    created_at,
    updated_at,
    pushed_at,
    seen_at
from versions
where version_number = 1;
