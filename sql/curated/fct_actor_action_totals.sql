-- fct_actor_action_totals, version 1
-- One row per last actor login and type of event, pushes left out.
-- owner: developer-relations

create table fct_actor_action_totals (
    place             integer primary key,  -- 1: most events; ties by name
    last_actor_login  text,                 -- null: anonymous; pii: login
    type              text    not null,
    record_count      integer not null      -- their events in all hours loaded; unit: events
        constraint record_count_is_positive check (record_count >= 1)
) strict;

create index fct_actor_action_totals__last_actor_login on fct_actor_action_totals (last_actor_login);

with

actor_action_days as (
    select last_actor_login, type, record_count
    from fct_actor_action_days
),

totals as (
    select
        last_actor_login,
        type,
        sum(record_count) as record_count
    from actor_action_days
    group by last_actor_login, type
),

final as (
    select
        row_number() over (
            order by
                record_count desc,
                last_actor_login nulls first,
                type
        ) as place,
        last_actor_login,
        type,
        record_count
    from totals
)

select * from final;
