-- dim_people, version 1
-- One row per person: a GitHub account with all that leads to it, or an address that
-- leads to no account.
-- owner: learning-analytics
--
-- Here is who is a learner, in Codetrack's roster, a member of an organisation that
-- is read, or the author of something in its repositories. Records are of one person
-- only where numbers of accounts or addresses say so (fct_people_claims), never by
-- names. An account of which only GH Archive knows has no row; fct_people_links
-- says which of GH Archive's accounts a person has. person_id changes when an
-- address comes to lead to an account.

create table dim_people (
    ---------- keys
    person_id            text    not null primary key,  -- hash of the account, or of the address where there is none; pii: id
    account_id           integer unique,                -- GitHub's number; null: no address leads to one; pii: id
    ---------- text
    login                text,                          -- in GitHub's newest record, else as learning has it in lower case; null: none known; pii: login
    account_source       text                           -- who says so: snapshots, commits, signup, exam; itself: the account is all there is; null: no account
        constraint account_source_is_known
            check (account_source in ('snapshots', 'commits', 'signup', 'exam', 'itself')),
    ---------- numbers
    learner_count        integer not null,              -- rows of dim_learners; several: addresses of one account; unit: learners
    codetrack_count      integer not null,              -- rows of dim_codetrack_learners; unit: learners
    passed_count         integer not null,              -- exams passed; unit: exams
    ---------- booleans
    is_certified         integer not null               -- 1: passed an exam
        constraint is_certified_is_boolean check (is_certified in (0, 1)),
    is_github_user       integer not null               -- 1: in dim_github_users
        constraint is_github_user_is_boolean check (is_github_user in (0, 1)),
    is_member            integer not null               -- 1: of an organisation that is read, now
        constraint person_is_member_is_boolean check (is_member in (0, 1)),
    is_conflicting       integer not null               -- 1: an address of theirs leads to several accounts; see people_conflicts
        constraint person_is_conflicting_is_boolean check (is_conflicting in (0, 1)),
    ---------- times (UTC, ISO 8601)
    first_passed_at      text,                          -- null: no exam passed, or none has a date
    constraint account_has_a_source check ((account_id is null) = (account_source is null))
) strict, without rowid;

with

learners as (
    select learner_id, email, dotcom_id from dim_learners
),

codetrack_learners as (
    select codetrack_id, nullif(cast(lower(trim(email)) as varchar), '') as email
    from dim_codetrack_learners
),

github_users as (
    select user_id, login, is_member from dim_github_users
),

learner_accounts as (
    select dotcom_id, user_handle from dim_learner_accounts
),

passes as (
    select learner_id, count(*) as passed_count, min(exam_at) as first_passed_at
    from fct_exam_results
    where is_passed = 1
    group by learner_id
),

choices as (
    select email, account_id, source_rank from fct_people_claims where is_chosen = 1
),

contradicted as (
    select distinct email from fct_people_claims where verdict <> 'linked'
),

-- Every record under the account or, without one, the address it is known by. Of
-- an account's sources the first counts; 9 is the account itself.
records as (
    select
        coalesce(choices.account_id, case when learners.email is null then learners.dotcom_id end)
            as account_id,
        learners.email,
        coalesce(choices.source_rank, 9) as source_rank,
        1 as learner_count,
        0 as codetrack_count,
        coalesce(passes.passed_count, 0) as passed_count,
        passes.first_passed_at,
        case when contradicted.email is null then 0 else 1 end as is_conflicting
    from learners
    left join choices on learners.email = choices.email
    left join contradicted on learners.email = contradicted.email
    left join passes on learners.learner_id = passes.learner_id
    union all
    select
        choices.account_id,
        coalesce(
            codetrack_learners.email,
            'codetrack ' || cast(codetrack_learners.codetrack_id as varchar)
        ),
        coalesce(choices.source_rank, 9),
        0,
        1,
        0,
        null,
        case when contradicted.email is null then 0 else 1 end
    from codetrack_learners
    left join choices on codetrack_learners.email = choices.email
    left join contradicted on codetrack_learners.email = contradicted.email
    union all
    select user_id, null, 9, 0, 0, 0, null, 0
    from github_users
),

people as (
    select
        case
            when account_id is null then sk('person address', email)
            else sk('person account', cast(account_id as varchar))
        end as person_id,
        max(account_id) as account_id,
        min(source_rank) as source_rank,
        sum(learner_count) as learner_count,
        sum(codetrack_count) as codetrack_count,
        sum(passed_count) as passed_count,
        max(is_conflicting) as is_conflicting,
        min(first_passed_at) as first_passed_at
    from records
    group by 1
),

final as (
    select
        people.person_id,
        people.account_id,
        coalesce(github_users.login, learner_accounts.user_handle) as login,
        case
            when people.account_id is null then null
            when people.source_rank = 1 then 'snapshots'
            when people.source_rank = 2 then 'commits'
            when people.source_rank = 3 then 'signup'
            when people.source_rank = 4 then 'exam'
            else 'itself'
        end as account_source,
        people.learner_count,
        people.codetrack_count,
        people.passed_count,
        case when people.passed_count > 0 then 1 else 0 end as is_certified,
        case when github_users.user_id is null then 0 else 1 end as is_github_user,
        coalesce(github_users.is_member, 0) as is_member,
        people.is_conflicting,
        people.first_passed_at
    from people
    left join github_users on people.account_id = github_users.user_id
    left join learner_accounts on people.account_id = learner_accounts.dotcom_id
)

select * from final;
