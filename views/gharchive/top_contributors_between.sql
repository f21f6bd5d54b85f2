-- top_contributors_between, version 1
-- Who had how many events on a UTC day, or from one to another, per organisation.
-- owner: developer-relations
-- param day: date = null; one UTC day, in place of from and to
-- param from: date = null; the first UTC day; null: all days there are
-- param to: date = null >= from; the last UTC day, included

with

contributors as (
    select
        nullif(last_actor_login, '') as last_actor_login,
        nullif(last_org_login, '') as last_org_login,
        sum(record_count) as record_count
    from fct_contributor_days
    where
        event_date >= coalesce(:day, :from, '0001-01-01')
        and event_date <= coalesce(:day, :to, '9999-12-31')
    group by 1, 2
)

select * from contributors
order by
    record_count desc,
    last_actor_login nulls first,
    last_org_login nulls first;
