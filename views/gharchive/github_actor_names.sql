-- github_actor_names, version 1
-- Accounts of GH Archive and the names they had, each with the time it stood for.
-- owner: developer-relations
--
-- A name that was left and taken again is one row, from its first sight on.

create view github_actor_names (
    actor_id,     -- GitHub's id; pii: id
    actor_login,  -- null: never named; pii: login
    valid_from,   -- when it was first seen
    valid_to,     -- when the next one was, or it was seen last itself; null: current
    is_current    -- 1: the name seen last
) as
select
    actor_id,
    actor_login,
    first_seen_at as valid_from,
    case
        when last_number > 1 then coalesce(
            lead(first_seen_at) over (partition by actor_id order by name_number),
            last_seen_at
        )
    end as valid_to,
    case when last_number = 1 then 1 else 0 end as is_current
from dim_actor_names
order by actor_id, name_number;
