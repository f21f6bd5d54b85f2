-- fct_codetrack_totals, version 1
-- One row per learner: what each site counts, as it was seen last.
-- owner: learning-analytics
-- on orphan codetrack_id: quarantine

create table fct_codetrack_totals (
    ---------- keys
    codetrack_id           integer primary key references dim_codetrack_learners (codetrack_id),  -- the learner; pii: id
    ---------- numbers
    free_code_camp_points  integer,           -- null: never joined; unit: points
    codewars_honor         integer,           -- null: never joined; unit: points
    leetcode_points        integer,           -- null: never joined; unit: points
    score                  integer not null,  -- of all three; unit: points
    ---------- times (UTC, ISO 8601)
    as_of                  text    not null
) strict;

with

final as (
    select
        codetrack_id,
        free_code_camp_points,
        codewars_honor,
        leetcode_points,
        coalesce(free_code_camp_points, 0) + coalesce(codewars_honor, 0)
        + coalesce(leetcode_points, 0) as score,
        as_of
    from stg_codetrack__profiles
)

select * from final;
