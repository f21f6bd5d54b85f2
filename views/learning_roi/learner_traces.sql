-- learner_traces, version 2
-- One row per person and value by which the systems know the person.
-- owner: learning-analytics
--
-- What `learnsql forget --learner` goes by. Accounts and names that several learners
-- share are not here: taking them out would take out somebody else. Who is no
-- learner of dim_learners, or several of them, is known by person_id here.

create view learner_traces (
    learner_id,   -- learner_id of dim_learners, else person_id of dim_people
    trace_class,  -- id, email or login, which stand in all kinds of columns; else the only column that holds such values
    trace_value   -- hash, address, account number or name, as text
) as
with

learner_people as (
    select person_id, min(learner_id) as learner_id, count(*) as learner_count
    from fct_people_links
    where learner_id is not null
    group by person_id
),

-- The one learner that a person is, else the person.
subjects as (
    select
        dim_people.person_id,
        dim_people.account_id,
        case
            when learner_people.learner_count = 1 then learner_people.learner_id
            else dim_people.person_id
        end as subject_id,
        coalesce(learner_people.learner_count, 0) as learner_count
    from dim_people
    left join learner_people on dim_people.person_id = learner_people.person_id
),

practisers as (
    select
        subjects.subject_id,
        dim_codetrack_learners.codetrack_id,
        dim_codetrack_learners.email,
        dim_codetrack_learners.leetcode_id
    from fct_people_links
    inner join subjects on fct_people_links.person_id = subjects.person_id
    inner join dim_codetrack_learners
        on fct_people_links.codetrack_id = dim_codetrack_learners.codetrack_id
),

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
select learner_id, 'login', user_handle from own_names
union
select subject_id, 'id', person_id from subjects
union
select subject_id, 'id', cast(account_id as varchar)
from subjects
where account_id is not null and learner_count <= 1
union
select subjects.subject_id, 'login', dim_github_users.login
from subjects
inner join dim_github_users on subjects.account_id = dim_github_users.user_id
where subjects.learner_count <= 1
union
select subject_id, 'email', email from practisers
union
select subject_id, 'codetrack_id', cast(codetrack_id as varchar) from practisers
union
select subject_id, 'leetcode_id', leetcode_id from practisers where leetcode_id is not null;
