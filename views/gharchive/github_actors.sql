-- github_actors, version 1
-- Accounts of GH Archive: last name, first and last sight.
-- owner: developer-relations

create view github_actors (
    actor_id,       -- GitHub's id; pii: id
    last_login,     -- by time, then event id; null: never named; pii: login
    is_renamed,     -- 1: seen under more than one name
    first_seen_at,  -- in the hours loaded
    last_seen_at    -- in the hours loaded
) as
select
    dim_actors.actor_id,
    dim_actors.last_login,
    dim_actors.is_renamed,
    dim_actors.first_seen_at,
    (
        select max(dim_actor_names.last_seen_at)
        from dim_actor_names
        where dim_actor_names.actor_id = dim_actors.actor_id
    ) as last_seen_at
from dim_actors
order by dim_actors.actor_id;
