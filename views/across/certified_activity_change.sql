-- certified_activity_change, version 1
-- Do certified learners commit more afterwards? One row per kind of activity.
-- owner: learning-analytics
--
-- Population: people with a passed exam whose address leads to a GitHub account that
-- wrote in the repositories that are read (commits) or is in GH Archive (pushes),
-- and of whom enough is known before and after; left_out_count are the others of
-- these. Windows and floors stand in dim_settings.
--
-- Not to be read as: an effect of the certificate. Nobody here is without one, so
-- there is no group to compare with; people choose when to sit an exam, often after
-- a busy time; private work and other repositories are not seen. The means are of
-- people, so one very busy person moves them: look at more_count and fewer_count.

create view certified_activity_change (
    activity,        -- commits, pushes
    people_count,    -- who is compared; unit: people
    left_out_count,  -- too little is known of one side; unit: people
    more_count,      -- did more a week after than before; unit: people
    fewer_count,     -- did less; unit: people
    same_count,      -- did as much, also none both times; unit: people
    weekly_before,   -- mean over people; null: nobody is compared
    weekly_after,    -- mean over people; null: nobody is compared
    change_percent   -- of the means; null: nobody is compared, or nothing before; unit: percent
) as
select
    activity,
    sum(is_compared) as people_count,
    sum(1 - is_compared) as left_out_count,
    count(case when weekly_after > weekly_before then 1 end) as more_count,
    count(case when weekly_after < weekly_before then 1 end) as fewer_count,
    count(case when weekly_after = weekly_before then 1 end) as same_count,
    avg(weekly_before) as weekly_before,
    avg(weekly_after) as weekly_after,
    (avg(weekly_after) - avg(weekly_before)) * 100 / nullif(avg(weekly_before), 0)
        as change_percent
from fct_certified_activity
group by activity
order by activity;
