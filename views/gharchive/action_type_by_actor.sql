-- action_type_by_actor, version 1
-- Who did what other than push, and how often, most first.
-- owner: developer-relations

create view action_type_by_actor (
    last_actor_login,  -- null: anonymous; pii: login
    type,              -- PushEvent, ...
    record_count       -- their events of the type; unit: events
) as
select nullif(last_actor_login, ''), type, record_count
from fct_actor_action_totals
order by record_count desc, last_actor_login, type;
