-- fct_actor_action_totals, version 2
-- One row per last actor login and type of event, pushes left out.
-- owner: developer-relations
-- incremental: last_actor_login, type

create table fct_actor_action_totals (
    last_actor_login  text    not null,  -- '': anonymous; pii: login
    type              text    not null,  -- of their events: WatchEvent, ...
    record_count      integer not null   -- their events in all hours loaded; unit: events
        constraint record_count_is_positive check (record_count >= 1),
    primary key (last_actor_login, type)
) strict, without rowid;

-- In the order of the list.
create index fct_actor_action_totals__count
on fct_actor_action_totals (record_count desc, last_actor_login, type);

with

changed as (
    select
        last_actor_login,
        type,
        sum(change * record_count) as record_count
    from fct_actor_action_days__changes
    group by last_actor_login, type
),

standing as (
    select last_actor_login, type, record_count
    from fct_actor_action_totals
),

final as (
    select
        changed.last_actor_login,
        changed.type,
        nullif(coalesce(standing.record_count, 0) + changed.record_count, 0)
            as record_count
    from changed
    left join standing
        on
            changed.last_actor_login = standing.last_actor_login
            and changed.type = standing.type
    where changed.record_count <> 0
)

select * from final;
