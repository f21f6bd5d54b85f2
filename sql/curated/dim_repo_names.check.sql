-- check: name_conflict
-- severity: info
-- Within a day one name of a repository stands for one id. It does not where a
-- repository was deleted and made anew, or moved while another took its name.
select distinct
    names.repo_name,
    case when names.repo_id < others.repo_id then names.repo_id else others.repo_id end
        as repo_id,
    case when names.repo_id < others.repo_id then others.repo_id else names.repo_id end
        as other_repo_id
from dim_repo_names__changes as names
inner join dim_repo_names as others
    on names.repo_name = others.repo_name and names.repo_id <> others.repo_id
where
    names.change = 1
    and substr(names.first_seen_at, 1, 10) <= substr(others.last_seen_at, 1, 10)
    and substr(others.first_seen_at, 1, 10) <= substr(names.last_seen_at, 1, 10);
