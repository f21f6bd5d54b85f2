-- fct_actor_action_days, version 2
-- One row per UTC day, last actor login and type of event, pushes left out.
-- owner: developer-relations
-- incremental: event_date, last_actor_login, type

create table fct_actor_action_days (
    last_actor_login  text    not null,  -- '': anonymous; pii: login
    event_date        text    not null,  -- the UTC day of action_time
    type              text    not null,  -- of their events: WatchEvent, ...
    record_count      integer not null   -- their events on that day; unit: events
        constraint record_count_is_positive check (record_count >= 1),
    -- By day first: an hour's rows lie together.
    primary key (event_date, last_actor_login, type)
) strict, without rowid;

-- In the order of a day's list.
create index fct_actor_action_days__day
on fct_actor_action_days (event_date, record_count desc, last_actor_login, type);

with

-- Events that came less those that went, under the ids that they have.
changed as (
    select
        substr(action_time, 1, 10) as event_date,
        actor_id,
        actor_login,
        type,
        sum(change) as record_count
    from fct_github_events__changes
    where type <> 'PushEvent'
    group by 1, 2, 3, 4
),

-- Accounts that have another last name now. dim_actors is joined as it is: of
-- what is read twice SQLite makes a copy, as long as the table.
renamed_actors as (
    select
        dim_actors__changes.actor_id,
        dim_actors__changes.last_login as old_login,
        dim_actors.last_login as new_login
    from dim_actors__changes
    inner join dim_actors on dim_actors__changes.actor_id = dim_actors.actor_id
    where
        dim_actors__changes.change = -1
        and dim_actors__changes.last_login is distinct from dim_actors.last_login
),

-- Their events as they stood: those of now without what changed.
moved as (
    select substr(action_time, 1, 10) as event_date, actor_id, type, 1 as record_count
    from fct_github_events
    where
        type <> 'PushEvent'
        and actor_id in (select actor_id from renamed_actors)
    union all
    select substr(action_time, 1, 10), actor_id, type, -change
    from fct_github_events__changes
    where
        type <> 'PushEvent'
        and actor_id in (select actor_id from renamed_actors)
),

named as (
    select
        changed.event_date,
        coalesce(dim_actors.last_login, changed.actor_login) as login,
        changed.type,
        changed.record_count
    from changed
    left join dim_actors on changed.actor_id = dim_actors.actor_id
    union all
    select moved.event_date, renamed_actors.new_login, moved.type, moved.record_count
    from moved
    inner join renamed_actors on moved.actor_id = renamed_actors.actor_id
    union all
    select moved.event_date, renamed_actors.old_login, moved.type, -moved.record_count
    from moved
    inner join renamed_actors on moved.actor_id = renamed_actors.actor_id
),

actions as (
    select
        event_date,
        coalesce(login, '') as last_actor_login,
        type,
        sum(record_count) as record_count
    from named
    group by 1, 2, 3
),

standing as (
    select last_actor_login, event_date, type, record_count
    from fct_actor_action_days
),

final as (
    select
        actions.last_actor_login,
        actions.event_date,
        actions.type,
        nullif(coalesce(standing.record_count, 0) + actions.record_count, 0)
            as record_count
    from actions
    left join standing
        on
            actions.last_actor_login = standing.last_actor_login
            and actions.event_date = standing.event_date
            and actions.type = standing.type
    where actions.record_count <> 0
)

select * from final;
