-- dim_codetrack_cohorts, version 1
-- One row per learner and span of time in one cohort, by the rosters that were read.
-- owner: learning-analytics
-- history: codetrack_id by seen_at

create table dim_codetrack_cohorts (
    ---------- keys
    codetrack_id  integer not null references dim_codetrack_learners (codetrack_id),  -- the learner; pii: id
    ---------- text
    cohort        text    not null,
    ---------- booleans
    is_current    integer not null   -- 1: the cohort of now
        constraint cohort_is_current_is_boolean check (is_current in (0, 1)),
    ---------- times (UTC, ISO 8601)
    valid_from    text    not null,  -- of the first roster with this cohort
    valid_to      text,              -- null: it holds
    primary key (codetrack_id, valid_from)
) strict;

with

final as (
    select
        codetrack_id,
        cohort,
        seen_at
    from stg_codetrack__learners
    where codetrack_id > 0
)

select * from final;
