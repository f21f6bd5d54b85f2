-- action_type_by_actor_between, version 1
-- Who did what other than push on a UTC day, or from one to another, most first.
-- owner: developer-relations
-- param day: date = null; one UTC day, in place of from and to
-- param from: date = null; the first UTC day; null: all days there are
-- param to: date = null >= from; the last UTC day, included

with

actions as (
    select
        nullif(last_actor_login, '') as last_actor_login,
        type,
        sum(record_count) as record_count
    from fct_actor_action_days
    where
        event_date >= coalesce(:day, :from, '0001-01-01')
        and event_date <= coalesce(:day, :to, '9999-12-31')
    group by 1, 2
)

select * from actions
order by record_count desc, last_actor_login nulls first, type;
