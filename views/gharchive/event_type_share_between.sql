-- event_type_share_between, version 1
-- Which part of the events of a UTC day, or of several, each type has, most first.
-- owner: developer-relations
-- param day: date = null; one UTC day, in place of from and to
-- param from: date = null; the first UTC day; null: all days there are
-- param to: date = null >= from; the last UTC day, included

with

types as (
    select type, sum(record_count) as record_count
    from fct_github_event_hours
    where
        hour_at >= coalesce(:day, :from, '0001-01-01')
        and hour_at < coalesce(:day, :to, '9999-12-31') || 'T24'
    group by type
),

final as (
    select
        type,
        record_count,
        cast(record_count as double) / nullif(sum(record_count) over (), 0)
            as share
    from types
)

select * from final
order by record_count desc, type;
