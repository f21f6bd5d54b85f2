-- github_events, version 1
-- Every event under the last names of its repository, organisation and actor, in time order.
-- owner: developer-relations
--
-- action_time is when it happened; created_at, by an old name that its readers know,
-- when the archive hour was loaded.

create view github_events (
    type,              -- PushEvent, ...
    action_time,       -- when it happened
    last_repo_name,    -- owner/name; null: without repository; pii: login
    last_org_login,    -- null: outside organisations
    last_actor_login,  -- null: anonymous; pii: login
    created_at         -- when its archive hour was loaded
) as
select
    fct_github_events.type,
    fct_github_events.action_time,
    coalesce(dim_repos.last_name, fct_github_events.repo_name) as last_repo_name,
    coalesce(dim_orgs.last_login, fct_github_events.org_login) as last_org_login,
    coalesce(dim_actors.last_login, fct_github_events.actor_login)
        as last_actor_login,
    dim_archive_hours.loaded_at as created_at
from fct_github_events
left join dim_repos on fct_github_events.repo_id = dim_repos.repo_id
left join dim_orgs on fct_github_events.org_id = dim_orgs.org_id
left join dim_actors on fct_github_events.actor_id = dim_actors.actor_id
left join dim_archive_hours
    on fct_github_events.archive_hour_id = dim_archive_hours.archive_hour_id
order by fct_github_events.action_time, fct_github_events.event_id;
