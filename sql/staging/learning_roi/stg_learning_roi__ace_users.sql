-- stg_learning_roi__ace_users, version 1
-- One row per registration in the portal.
-- owner: learning-analytics

create view stg_learning_roi__ace_users (
    row_id,
    email,
    work_email,
    dotcom_id_text,
    user_handle,
    first_name,
    last_name,
    job_role,
    company,
    company_type,
    country,
    region,
    registered_at
) as
select
    row_id,
    nullif(trim(email), '') as email,
    nullif(trim(workemail), '') as work_email,
    nullif(trim(dotcomid), '') as dotcom_id_text,
    nullif(trim(userhandle), '') as user_handle,
    nullif(trim(firstname), '') as first_name,
    nullif(trim(lastname), '') as last_name,
    nullif(trim(jobrole), '') as job_role,
    nullif(trim(company), '') as company,
    nullif(trim(companytype), '') as company_type,
    nullif(trim(country), '') as country,
    nullif(trim(region), '') as region,
    case
        when length(acceptedterms) = 10 then acceptedterms || 'T00:00:00Z'
        when length(acceptedterms) >= 19
            then substr(acceptedterms, 1, 10) || 'T' || substr(acceptedterms, 12, 8) || 'Z'
    end as registered_at
from raw_learning_roi__ace_users;
