-- cicd_users, version 1
-- Everybody whose commits, pull requests or runs stand in the CI/CD tables, and all members.
-- owner: developer-relations

create view cicd_users (
    user_id,          -- pii: id
    login,            -- pii: login
    user_url,         -- pii: login
    user_avatar_url,  -- pii: id
    is_member,        -- 1: of an organisation that is read, now
    last_updated      -- of the newest commit; null: none
) as
select
    user_id,
    login,
    user_url,
    user_avatar_url,
    is_member,
    last_commit_at as last_updated
from dim_github_users
order by user_id;
