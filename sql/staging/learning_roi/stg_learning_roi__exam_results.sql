-- stg_learning_roi__exam_results, version 1
-- One row per exam sat in the fiscal years 22 to 25. dotcom_id_text is what the
-- source has: text.
-- owner: learning-analytics

create view stg_learning_roi__exam_results (
    row_id,
    eligibility_id,  -- of the voucher the exam was sat with; null where empty
    email,           -- who sat the exam, as written; null where not given
    dotcom_id_text,  -- of the GitHub account, not checked to be a number; null where not given
    user_handle,     -- the candidate's login, as written; null where not given
    exam_code,       -- ACTIONS, ADMIN, GHAS, GHF, COPILOT, upper and lower case; null where empty
    exam_name,       -- as the exam was called then; null where empty
    first_name,      -- as the candidate gave it; null where not given
    last_name,       -- as the candidate gave it; null where not given
    company,         -- whom the person works for, as given; null where not given
    company_type,    -- kind of company, in the words of the source; null where not given
    country,         -- as given when registering; null where not given
    region,          -- as the source groups countries; null where not given
    correct_count,
    incorrect_count,
    is_passed,       -- 1 yes, 0 no or not said
    ended_at,        -- when the attempt ended, UTC; null where not given
    updated_at       -- last change of the row in the source, UTC; null where not given
) as
select
    row_id,
    nullif(trim(eligibilityid), '') as eligibility_id,
    nullif(trim(email), '') as email,
    nullif(trim(dotcomid), '') as dotcom_id_text,
    nullif(trim(userhandle), '') as user_handle,
    nullif(trim(examcode), '') as exam_code,
    nullif(trim(examname), '') as exam_name,
    nullif(trim(firstname), '') as first_name,
    nullif(trim(lastname), '') as last_name,
    nullif(trim(company), '') as company,
    nullif(trim(companytype), '') as company_type,
    nullif(trim(country), '') as country,
    nullif(trim(region), '') as region,
    correct as correct_count,
    incorrect as incorrect_count,
    coalesce(passed, 0) as is_passed,
    case
        when length(endtime) = 10 then endtime || 'T00:00:00Z'
        when length(endtime) >= 19
            then substr(endtime, 1, 10) || 'T' || substr(endtime, 12, 8) || 'Z'
    end as ended_at,
    case
        when length(updateddate) = 10 then updateddate || 'T00:00:00Z'
        when length(updateddate) >= 19
            then substr(updateddate, 1, 10) || 'T' || substr(updateddate, 12, 8) || 'Z'
    end as updated_at
from raw_learning_roi__exam_results;
