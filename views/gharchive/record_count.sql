-- record_count, version 1
-- How many events are in the warehouse.
-- owner: developer-relations

create view record_count (
    record_count   -- in all hours loaded; unit: events
) as
select coalesce(sum(record_count), 0) as record_count
from fct_github_event_hours;
