-- record_count_between, version 1
-- How many events happened on a UTC day, or from one to another.
-- owner: developer-relations
-- param day: date = null; one UTC day, in place of from and to
-- param from: date = null; the first UTC day; null: all days there are
-- param to: date = null >= from; the last UTC day, included

select coalesce(sum(record_count), 0) as record_count
from fct_github_event_hours
where
    hour_at >= coalesce(:day, :from, '0001-01-01')
    and hour_at < coalesce(:day, :to, '9999-12-31') || 'T24';
