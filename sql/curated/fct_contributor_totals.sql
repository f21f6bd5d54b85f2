-- fct_contributor_totals, version 1
-- One row per last actor login and last organisation login: their events.
-- owner: developer-relations

create table fct_contributor_totals (
    place             integer primary key,  -- 1: most events; ties by name
    last_actor_login  text,                 -- null: anonymous; pii: login
    last_org_login    text,                 -- null: outside organisations
    record_count      integer not null      -- their events in all hours loaded; unit: events
        constraint record_count_is_positive check (record_count >= 1)
) strict;

create index fct_contributor_totals__last_actor_login on fct_contributor_totals (last_actor_login);

with

contributor_days as (
    select last_actor_login, last_org_login, record_count
    from fct_contributor_days
),

totals as (
    select
        last_actor_login,
        last_org_login,
        sum(record_count) as record_count
    from contributor_days
    group by last_actor_login, last_org_login
),

final as (
    select
        row_number() over (
            order by
                record_count desc,
                last_actor_login nulls first,
                last_org_login nulls first
        ) as place,
        last_actor_login,
        last_org_login,
        record_count
    from totals
)

select * from final;
