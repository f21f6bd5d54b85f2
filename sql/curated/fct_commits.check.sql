-- check: every_commit_is_kept
-- Each commit of a repository whose id is known is a row.
select stg_github__commits.row_id
from stg_github__commits
inner join stg_github__repositories
    on stg_github__commits.configured_name = stg_github__repositories.configured_name
left join fct_commits
    on
        stg_github__commits.sha = fct_commits.commit_id
        and stg_github__repositories.repo_id = fct_commits.repo_id
where fct_commits.commit_id is null;

-- check: every_list_has_its_repository
-- Without it the rows of a list have no repository id and would be missing.
select distinct stg_github__commits.configured_name
from stg_github__commits
where
    stg_github__commits.configured_name not in (
        select stg_github__repositories.configured_name
        from stg_github__repositories
    );
