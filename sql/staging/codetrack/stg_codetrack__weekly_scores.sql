-- stg_codetrack__weekly_scores, version 1
-- One row per learner and week: its points, as they were seen last.
-- owner: learning-analytics

create view stg_codetrack__weekly_scores (
    row_id,
    source_offset,
    codetrack_id,
    week_date,
    points,
    date_time,
    seen_at
) as
with

versions as (
    select
        row_id,
        source_offset,
        codetrack_id,
        date as week_date,
        points,
        date_time,
        seen_at,
        row_number() over (
            partition by codetrack_id, date
            order by seen_at desc nulls last, date_time desc nulls last, row_id desc nulls last
        ) as version_number
    from raw_codetrack__weekly_scores
)

select
    row_id,
    source_offset,
    codetrack_id,
    week_date,
    points,
    date_time,
    seen_at
from versions
where version_number = 1;
