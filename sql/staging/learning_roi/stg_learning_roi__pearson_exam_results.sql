-- stg_learning_roi__pearson_exam_results, version 1
-- One row per registration of the fiscal year 26. The source has no id.
-- owner: learning-analytics

create view stg_learning_roi__pearson_exam_results (
    row_id,
    email,                -- who registered, as written; null where not given
    first_name,           -- as the candidate gave it; null where not given
    last_name,            -- as the candidate gave it; null where not given
    country,              -- as the candidate gave it; null where not given
    region,               -- as the source groups countries; null where not given
    exam_name,            -- title of the exam; null where empty
    exam_code,            -- of the series: GH-100, GH-200, ...; null where empty
    registration_status,  -- No Show, Absent, Canceled, Scheduled, ...; null where empty
    score_text,           -- as written, a number or not; null where empty
    passed_count,         -- above 0: passed; 0 where not given
    failed_count,         -- above 0: failed; 0 where not given
    exam_at               -- UTC, may lie ahead; midnight where only the day is given; null where none
) as
select
    row_id,
    nullif(trim(candidate_email), '') as email,
    nullif(trim(candidate_first_name), '') as first_name,
    nullif(trim(candidate_last_name), '') as last_name,
    nullif(trim(candidate_country), '') as country,
    nullif(trim(candidate_region), '') as region,
    nullif(trim(exam_title), '') as exam_name,
    nullif(trim(exam_series_code), '') as exam_code,
    nullif(trim(registration_status), '') as registration_status,
    nullif(trim(score), '') as score_text,
    coalesce(total_passed, 0) as passed_count,
    coalesce(total_failed, 0) as failed_count,
    case
        when length(date) = 10 then date || 'T00:00:00Z'
        when length(date) >= 19
            then substr(date, 1, 10) || 'T' || substr(date, 12, 8) || 'Z'
    end as exam_at
from raw_learning_roi__pearson_exam_results;
