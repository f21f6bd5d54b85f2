-- stg_learning_roi__ace_users, version 1
-- One row per registration in the portal.
-- owner: learning-analytics

create view stg_learning_roi__ace_users (
    row_id,
    email,           -- goes before work_email; as written; null where not given
    work_email,      -- stands in where email is null; null where not given
    dotcom_id_text,  -- of the GitHub account, not checked to be a number; null where not known
    user_handle,     -- of the GitHub account, as written; null where not known
    first_name,      -- as given when registering; null where not given
    last_name,       -- as given when registering; null where not given
    job_role,        -- as given when registering; null where not given
    company,         -- whom the person works for, as given; null where not given
    company_type,    -- kind of company, in the words of the source; null where not given
    country,         -- as given when registering; null where not given
    region,          -- as the source groups countries; null where not given
    registered_at    -- when the terms were accepted, UTC; null where not given
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
