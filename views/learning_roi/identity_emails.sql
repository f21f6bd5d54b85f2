-- identity_emails, version 1
-- One row per learner's e-mail address: the account behind it, and who says so.
-- owner: learning-analytics
--
-- The chosen match's row stands in fct_identity_matches, with all that the sources say.

create view identity_emails (
    email,
    dotcom_id,
    id_source,
    user_handle,
    registered_dotcom_id,
    registered_id_source
) as
select
    email,
    dotcom_id,
    id_source,
    user_handle,
    registered_dotcom_id,
    registered_id_source
from dim_identity_emails
order by email;
