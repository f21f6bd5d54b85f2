-- renamed_repos, version 1
-- Repositories that were seen under several names, most names first.
-- owner: developer-relations

create view renamed_repos (
    repo_id,              -- GitHub's id
    names_in_time_order,  -- as first seen, joined by ' > '; a name taken again stands once; pii: login
    last_repo_name        -- owner/name; pii: login
) as
select repo_id, names_in_time_order, last_repo_name
from dim_renamed_repos
order by place;
