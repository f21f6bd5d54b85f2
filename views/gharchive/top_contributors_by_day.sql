-- top_contributors_by_day, version 1
-- Who had how many events on each UTC day, per organisation, days in time order, most first.
-- owner: developer-relations

create view top_contributors_by_day (
    event_date,        -- the UTC day of action_time
    last_actor_login,  -- null: anonymous; pii: login
    last_org_login,    -- null: outside organisations
    record_count       -- their events on that day; unit: events
) as
select
    event_date,
    nullif(last_actor_login, ''),
    nullif(last_org_login, ''),
    record_count
from fct_contributor_days
order by event_date, record_count desc, last_actor_login, last_org_login;
