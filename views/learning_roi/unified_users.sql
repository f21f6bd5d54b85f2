-- unified_users, version 1
-- The rows of certified_users under the name of the second old file.
-- owner: learning-analytics
-- file: unified_users.csv

create view unified_users (
    email,
    dotcom_id,
    user_handle,
    learner_status,
    journey_stage,
    cert_product_focus,
    first_cert_date,
    latest_cert_date,
    total_certs,
    total_attempts,
    cert_titles,
    exam_codes,
    days_since_cert,
    id_source,
    cert_product_focus_all_codes,
    first_passed_at,
    failed_before_fy26
) as
select
    email,
    dotcom_id,
    user_handle,
    learner_status,
    journey_stage,
    cert_product_focus,
    first_cert_date,
    latest_cert_date,
    total_certs,
    total_attempts,
    cert_titles,
    exam_codes,
    days_since_cert,
    id_source,
    cert_product_focus_all_codes,
    first_passed_at,
    failed_before_fy26
from certified_users
order by email;
