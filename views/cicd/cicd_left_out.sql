-- cicd_left_out, version 1
-- How many rows the published CI/CD tables leave out, and why.
-- owner: developer-relations

create view cicd_left_out (
    published_name,  -- the table that lacks the rows
    reason,          -- why they are left out
    row_count        -- rows of the fact table; 0: none is left out
) as
select 'cicd_commits' as published_name, 'author without account' as reason,
    count(*) as row_count
from fct_commits
where user_id is null
union all
select 'cicd_pull_requests' as published_name,
    'author without account' as reason, count(*) as row_count
from fct_pull_requests
where user_id is null
order by 1, 2;
