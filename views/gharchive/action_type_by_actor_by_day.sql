-- action_type_by_actor_by_day, version 1
-- Who did what other than push on each UTC day, days in time order, most first.
-- owner: developer-relations

create view action_type_by_actor_by_day (
    event_date,        -- the UTC day of action_time
    last_actor_login,  -- null: anonymous; pii: login
    type,              -- PushEvent, ...
    record_count       -- their events of the type on that day; unit: events
) as
select event_date, nullif(last_actor_login, ''), type, record_count
from fct_actor_action_days
order by event_date, record_count desc, last_actor_login, type;
