-- cicd_commits, version 1
-- Commits whose author has an account; cicd_left_out counts the others.
-- owner: developer-relations

create view cicd_commits (
    commit_id,      -- sha
    commit_url,
    commit_title,   -- first line of the message; pii: text
    comment_count,
    created_at,     -- when it was committed, UTC
    repo_id,
    user_id         -- pii: id
) as
select
    commit_id,
    commit_url,
    commit_title,
    comment_count,
    created_at,
    repo_id,
    user_id
from fct_commits
where user_id is not null
order by created_at, commit_id, repo_id;
