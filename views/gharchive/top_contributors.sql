-- top_contributors, version 1
-- Who had how many events, per organisation they were for, most first.
-- owner: developer-relations

create view top_contributors (
    last_actor_login,  -- null: anonymous; pii: login
    last_org_login,    -- null: outside organisations
    record_count       -- their events in all hours loaded; unit: events
) as
select nullif(last_actor_login, ''), nullif(last_org_login, ''), record_count
from fct_contributor_totals
order by record_count desc, last_actor_login, last_org_login;
