-- fct_contributor_totals, version 2
-- One row per last actor login and last organisation login: their events.
-- owner: developer-relations
-- incremental: last_actor_login, last_org_login

create table fct_contributor_totals (
    last_actor_login  text    not null,  -- '': anonymous; pii: login
    last_org_login    text    not null,  -- '': outside organisations
    record_count      integer not null   -- their events in all hours loaded; unit: events
        constraint record_count_is_positive check (record_count >= 1),
    primary key (last_actor_login, last_org_login)
) strict, without rowid;

-- In the order of the list.
create index fct_contributor_totals__count
on fct_contributor_totals (record_count desc, last_actor_login, last_org_login);

with

changed as (
    select
        last_actor_login,
        last_org_login,
        sum(change * record_count) as record_count
    from fct_contributor_days__changes
    group by last_actor_login, last_org_login
),

standing as (
    select last_actor_login, last_org_login, record_count
    from fct_contributor_totals
),

final as (
    select
        changed.last_actor_login,
        changed.last_org_login,
        nullif(coalesce(standing.record_count, 0) + changed.record_count, 0)
            as record_count
    from changed
    left join standing
        on
            changed.last_actor_login = standing.last_actor_login
            and changed.last_org_login = standing.last_org_login
    where changed.record_count <> 0
)

select * from final;
