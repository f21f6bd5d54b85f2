-- identity_conflicts, version 1
-- One row per learner's e-mail address to which two sources give different accounts.
-- owner: learning-analytics

create view identity_conflicts (
    email,
    id_snapshots,
    id_signup,
    id_exam,
    dotcom_id,
    id_source
) as
select
    email,
    id_snapshots,
    id_signup,
    id_exam,
    dotcom_id,
    id_source
from dim_identity_emails
where is_conflicting = 1
order by email;
