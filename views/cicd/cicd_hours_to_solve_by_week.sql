-- cicd_hours_to_solve_by_week, version 1
-- Mean hours from opening to merge, by week of the merge, over all repositories.
-- owner: developer-relations

create view cicd_hours_to_solve_by_week (
    week_date,       -- its Monday, UTC
    merged_count,    -- merged in the week; unit: pull requests
    hours_to_solve   -- mean, each pull request counting once; unit: hours
) as
select
    week_date,
    sum(merged_count) as merged_count,
    sum(hours_to_solve * merged_count) / nullif(sum(merged_count), 0)
        as hours_to_solve
from cicd_weekly_flow
where merged_count > 0
group by week_date
order by week_date;
