-- fct_contributor_days, version 2
-- One row per UTC day, last actor login and last organisation login: their events.
-- owner: developer-relations
-- incremental: event_date, last_actor_login, last_org_login
--
-- Grouped by name, as people ask: accounts that had the same login one after the
-- other are one contributor.

create table fct_contributor_days (
    last_actor_login  text    not null,  -- '': anonymous; pii: login
    event_date        text    not null,  -- the UTC day of action_time
    last_org_login    text    not null,  -- '': outside organisations
    record_count      integer not null   -- their events on that day; unit: events
        constraint record_count_is_positive check (record_count >= 1),
    -- By day first: an hour's rows lie together.
    primary key (event_date, last_actor_login, last_org_login)
) strict, without rowid;

-- In the order of a day's list.
create index fct_contributor_days__day
on fct_contributor_days (
    event_date, record_count desc, last_actor_login, last_org_login
);

with

-- Events that came less those that went, under the ids that they have.
changed as (
    select
        substr(action_time, 1, 10) as event_date,
        actor_id,
        org_id,
        actor_login,
        org_login,
        sum(change) as record_count
    from fct_github_events__changes
    group by 1, 2, 3, 4, 5
),

-- Accounts and organisations that have another last name now. Their tables are
-- joined as they are: of what is read twice SQLite makes a copy, as long as they.
renamed_actors as (
    select dim_actors__changes.actor_id, dim_actors__changes.last_login as old_login
    from dim_actors__changes
    inner join dim_actors on dim_actors__changes.actor_id = dim_actors.actor_id
    where
        dim_actors__changes.change = -1
        and dim_actors__changes.last_login is distinct from dim_actors.last_login
),

renamed_orgs as (
    select dim_orgs__changes.org_id, dim_orgs__changes.last_login as old_login
    from dim_orgs__changes
    inner join dim_orgs on dim_orgs__changes.org_id = dim_orgs.org_id
    where
        dim_orgs__changes.change = -1
        and dim_orgs__changes.last_login is distinct from dim_orgs.last_login
),

-- Their events as they stood: those of now without what changed. Each part has
-- an index to go by.
moved as (
    select action_time, actor_id, org_id, actor_login, org_login, 1 as record_count
    from fct_github_events
    where actor_id in (select actor_id from renamed_actors)
    union all
    select action_time, actor_id, org_id, actor_login, org_login, 1
    from fct_github_events
    where
        org_id in (select org_id from renamed_orgs)
        and (actor_id is null or actor_id not in (select actor_id from renamed_actors))
    union all
    select action_time, actor_id, org_id, actor_login, org_login, -change
    from fct_github_events__changes
    where actor_id in (select actor_id from renamed_actors)
    union all
    select action_time, actor_id, org_id, actor_login, org_login, -change
    from fct_github_events__changes
    where
        org_id in (select org_id from renamed_orgs)
        and (actor_id is null or actor_id not in (select actor_id from renamed_actors))
),

-- From the names they had to those they have.
moves as (
    select
        substr(moved.action_time, 1, 10) as event_date,
        case
            when renamed_actors.actor_id is null
                then coalesce(dim_actors.last_login, moved.actor_login)
            else renamed_actors.old_login
        end as old_actor_login,
        coalesce(dim_actors.last_login, moved.actor_login) as new_actor_login,
        case
            when renamed_orgs.org_id is null
                then coalesce(dim_orgs.last_login, moved.org_login)
            else renamed_orgs.old_login
        end as old_org_login,
        coalesce(dim_orgs.last_login, moved.org_login) as new_org_login,
        moved.record_count
    from moved
    left join dim_actors on moved.actor_id = dim_actors.actor_id
    left join dim_orgs on moved.org_id = dim_orgs.org_id
    left join renamed_actors on moved.actor_id = renamed_actors.actor_id
    left join renamed_orgs on moved.org_id = renamed_orgs.org_id
),

named as (
    select
        changed.event_date,
        coalesce(dim_actors.last_login, changed.actor_login) as actor_login,
        coalesce(dim_orgs.last_login, changed.org_login) as org_login,
        changed.record_count
    from changed
    left join dim_actors on changed.actor_id = dim_actors.actor_id
    left join dim_orgs on changed.org_id = dim_orgs.org_id
    union all
    select event_date, new_actor_login, new_org_login, record_count from moves
    union all
    select event_date, old_actor_login, old_org_login, -record_count from moves
),

contributors as (
    select
        event_date,
        coalesce(actor_login, '') as last_actor_login,
        coalesce(org_login, '') as last_org_login,
        sum(record_count) as record_count
    from named
    group by 1, 2, 3
),

standing as (
    select last_actor_login, event_date, last_org_login, record_count
    from fct_contributor_days
),

final as (
    select
        contributors.last_actor_login,
        contributors.event_date,
        contributors.last_org_login,
        nullif(coalesce(standing.record_count, 0) + contributors.record_count, 0)
            as record_count
    from contributors
    left join standing
        on
            contributors.last_actor_login = standing.last_actor_login
            and contributors.event_date = standing.event_date
            and contributors.last_org_login = standing.last_org_login
    where contributors.record_count <> 0
)

select * from final;
