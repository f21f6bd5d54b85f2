-- stg_learning_roi__event_registrants, version 1
-- One row per registration for an event.
-- owner: learning-analytics

create view stg_learning_roi__event_registrants (
    row_id,
    event_id,         -- shared by all who registered for it; null where empty
    email,            -- given for the event, as written; null where not given
    user_handle,      -- of the GitHub account, as written; null where not given
    attendance_type,  -- Full, Partial, No Show; null: none given
    event_category,   -- kind of event, in the words of the source; null where empty
    updated_at        -- last change of the registration, UTC; null where not given
) as
select
    row_id,
    nullif(trim(eventid), '') as event_id,
    nullif(trim(email), '') as email,
    nullif(trim(userhandle), '') as user_handle,
    nullif(trim(attendancetype), '') as attendance_type,
    nullif(trim(eventcategory), '') as event_category,
    case
        when length(updateddate) = 10 then updateddate || 'T00:00:00Z'
        when length(updateddate) >= 19
            then substr(updateddate, 1, 10) || 'T' || substr(updateddate, 12, 8) || 'Z'
    end as updated_at
from raw_learning_roi__event_registrants;
