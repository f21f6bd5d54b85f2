-- github_repo_names, version 1
-- Repositories of GH Archive and the names they had, each with the time it stood for.
-- owner: developer-relations
--
-- A name that was left and taken again is one row, from its first sight on.

create view github_repo_names (
    repo_id,      -- GitHub's id
    repo_name,    -- null: never named; pii: login
    valid_from,   -- when it was first seen
    valid_to,     -- when the next one was, or it was seen last itself; null: current
    is_current    -- 1: the name seen last
) as
select
    repo_id,
    repo_name,
    first_seen_at as valid_from,
    case
        when last_number > 1 then coalesce(
            lead(first_seen_at) over (partition by repo_id order by name_number),
            last_seen_at
        )
    end as valid_to,
    case when last_number = 1 then 1 else 0 end as is_current
from dim_repo_names
order by repo_id, name_number;
