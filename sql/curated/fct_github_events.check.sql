-- check: every_event_is_kept
-- Each id and time that any loaded file holds is a row.
select stg_gharchive__events.row_id
from stg_gharchive__events
left join fct_github_events
    on
        stg_gharchive__events.event_id = fct_github_events.event_id
        and stg_gharchive__events.happened_at = fct_github_events.action_time
where fct_github_events.event_id is null;

-- check: every_event_has_its_load_in_the_ledger
-- Without it an event has no hour and could not be placed among its copies.
select distinct stg_gharchive__events.load_id
from stg_gharchive__events
where
    stg_gharchive__events.load_id not in (
        select stg_gharchive__loads.load_id from stg_gharchive__loads
    );

-- check: a_name_stands_only_where_there_is_no_id
select event_id, action_time
from fct_github_events
where
    (actor_id is not null and actor_login is not null)
    or (repo_id is not null and repo_name is not null)
    or (org_id is not null and org_login is not null);
