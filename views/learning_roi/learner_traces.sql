-- learner_traces, version 1
-- One row per learner and value by which the systems know the person.
-- owner: learning-analytics
--
-- What `learnsql forget --learner` goes by. Accounts and names that several learners
-- share are not here: taking them out would take out somebody else.

create view learner_traces (
    learner_id,   -- the person, as in dim_learners
    trace_class,  -- what the value is: id, email or login
    trace_value   -- learner_id, address, account number or name, as text
) as
with

claimed as (
    select dim_learners.learner_id, fct_identity_matches.dotcom_id
    from fct_identity_matches
    inner join dim_learners on fct_identity_matches.email = dim_learners.email
    union
    select learner_id, dotcom_id from dim_learners where dotcom_id is not null
),

own_ids as (
    select min(learner_id) as learner_id, dotcom_id
    from claimed
    group by dotcom_id
    having count(*) = 1
),

named as (
    select dim_learners.learner_id, fct_identity_matches.user_handle
    from fct_identity_matches
    inner join dim_learners on fct_identity_matches.email = dim_learners.email
    where fct_identity_matches.user_handle is not null
    union
    select learner_id, registered_handle from dim_learners where registered_handle <> ''
    union
    select dim_learners.learner_id, dim_identity_emails.portal_handle
    from dim_identity_emails
    inner join dim_learners on dim_identity_emails.email = dim_learners.email
    where dim_identity_emails.portal_handle is not null
    union
    select learner_id, user_handle
    from fct_exam_results
    where
        learner_id is not null
        and user_handle is not null
    union
    select own_ids.learner_id, dim_learner_accounts.user_handle
    from own_ids
    inner join dim_learner_accounts on own_ids.dotcom_id = dim_learner_accounts.dotcom_id
    where dim_learner_accounts.user_handle is not null
),

own_names as (
    select min(learner_id) as learner_id, user_handle
    from named
    group by user_handle
    having count(*) = 1
)

select learner_id, 'id' as trace_class, learner_id as trace_value from dim_learners
union all
select learner_id, 'email', email from dim_learners where email is not null
union all
select learner_id, 'id', cast(dotcom_id as varchar) from own_ids
union all
select learner_id, 'login', user_handle from own_names;
