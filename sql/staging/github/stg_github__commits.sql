-- stg_github__commits, version 1
-- One row per repository and commit, as it was seen last.
-- owner: developer-relations

create view stg_github__commits (
    row_id,
    source_offset,
    configured_name,
    sha,
    html_url,
    api_url,
    message,
    title,
    author_id,
    author_login,
    author_avatar_url,
    author_html_url,
    author_name,
    author_email,
    authored_at,
    committer_id,
    committer_login,
    committer_name,
    committer_email,
    committed_at,
    comment_count,
    additions,
    deletions,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        repository as configured_name,
        sha,
        html_url,
        api_url,
        message,
        title,
        author_id,
        author_login,
        author_avatar_url,
        author_html_url,
        author_name,
        author_email,
        authored_at,
        committer_id,
        committer_login,
        committer_name,
        committer_email,
        committed_at,
        comment_count,
        additions,
        deletions,
        seen_at,
        row_number() over (
            partition by repository, sha
            order by seen_at desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_github__commits
)

select
    row_id,
    source_offset,
    configured_name,
    sha,
    html_url,
    api_url,
    message,
    title,
    author_id,
    author_login,
    author_avatar_url,
    author_html_url,
    author_name,
    author_email,
    authored_at,
    committer_id,
    committer_login,
    committer_name,
    committer_email,
    committed_at,
    comment_count,
    additions,
    deletions,
    seen_at
from versions
where version_number = 1;
