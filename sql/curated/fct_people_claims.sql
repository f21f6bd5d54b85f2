-- fct_people_claims, version 1
-- One row per address of a learner, source and account that the source gives it.
-- owner: learning-analytics
--
-- Addresses are those of learners and of Codetrack's roster. Verified are 1
-- snapshots (the owner confirmed the address) and 2 commits (GitHub shows the
-- account that has the address of a commit's author); 3 signup and 4 exam were
-- written down together with the account's number. Names and logins prove nothing
-- and are not asked.
--
-- Where the verified sources name one account, that one is linked and others are
-- overruled. Where they name two, or none does and the others name two, all are
-- conflicting and nothing is linked.

create table fct_people_claims (
    ---------- keys
    email             text    not null,  -- lower case; pii: email
    source_rank       integer not null   -- 1 and 2 are verified
        constraint claim_rank_is_known check (source_rank between 1 and 4),
    account_id        integer not null   -- GitHub's number of the account; pii: id
        constraint account_id_is_positive check (account_id > 0),
    evidence_row_id   integer not null,  -- row_id in evidence_table; local: rows are numbered by load
    ---------- text
    id_source         text    not null   -- snapshots, commits, signup, exam
        constraint claim_source_is_known
            check (id_source in ('snapshots', 'commits', 'signup', 'exam')),
    verdict           text    not null   -- linked: counts; overruled: a verified source says another; conflicting: nobody can tell
        constraint verdict_is_known
            check (verdict in ('linked', 'overruled', 'conflicting')),
    evidence_table    text    not null,  -- raw table with the row that speaks
    ---------- booleans
    is_verified       integer not null   -- 1: snapshots and commits
        constraint is_verified_is_boolean check (is_verified in (0, 1)),
    is_chosen         integer not null   -- 1: of the claims that are linked the one of the first source
        constraint claim_is_chosen_is_boolean check (is_chosen in (0, 1)),
    primary key (email, source_rank, account_id)
) strict, without rowid;

create unique index fct_people_claims__chosen on fct_people_claims (email) where is_chosen = 1;

with

matches as (
    select email, source_rank, dotcom_id, id_source, evidence_table, evidence_row_id
    from fct_identity_matches
    where source_rank <= 3
),

-- The casts here give the joins below an index: a bare function has no affinity.
roster_emails as (
    select distinct cast(lower(trim(email)) as varchar) as email
    from dim_codetrack_learners
    where trim(email) <> ''
),

-- What fct_identity_matches does not look at: it knows addresses of learners.
strangers as (
    select email
    from roster_emails
    where email not in (select dim_identity_emails.email from dim_identity_emails)
),

verified_emails as (
    select cast(lower(email) as varchar) as email, user_id, row_id
    from stg_learning_roi__user_emails
    where is_verified = 1
),

signups as (
    select cast(lower(email) as varchar) as email, actor_id, row_id
    from stg_learning_roi__user_signups
),

authors as (
    select cast(lower(trim(author_email)) as varchar) as email, author_id, row_id
    from stg_github__commits
    where author_login is not null
),

learner_emails as (
    select email from dim_learners where email is not null
    union
    select email from roster_emails
),

claims as (
    select
        email,
        case when id_source = 'snapshots' then 1 else source_rank + 1 end as source_rank,
        dotcom_id as account_id,
        id_source,
        evidence_table,
        evidence_row_id
    from matches
    union all
    select
        strangers.email,
        1,
        verified_emails.user_id,
        'snapshots',
        'raw_learning_roi__user_emails',
        min(verified_emails.row_id)
    from strangers
    inner join verified_emails on strangers.email = verified_emails.email
    group by strangers.email, verified_emails.user_id
    union all
    select
        learner_emails.email,
        2,
        authors.author_id,
        'commits',
        'raw_github__commits',
        min(authors.row_id)
    from learner_emails
    inner join authors on learner_emails.email = authors.email
    group by learner_emails.email, authors.author_id
    union all
    select
        strangers.email,
        3,
        signups.actor_id,
        'signup',
        'raw_learning_roi__user_signups',
        min(signups.row_id)
    from strangers
    inner join signups on strangers.email = signups.email
    group by strangers.email, signups.actor_id
),

judged as (
    select
        email,
        count(distinct case when source_rank <= 2 then account_id end) as verified_count,
        count(distinct account_id) as account_count,
        min(case when source_rank <= 2 then account_id end) as verified_account_id,
        min(account_id) as least_account_id
    from claims
    where account_id > 0
    group by email
),

decided as (
    select
        email,
        case
            when verified_count = 1 then verified_account_id
            when verified_count = 0 and account_count = 1 then least_account_id
        end as account_id
    from judged
),

final as (
    select
        claims.email,
        claims.source_rank,
        claims.account_id,
        claims.evidence_row_id,
        claims.id_source,
        case
            when decided.account_id is null then 'conflicting'
            when claims.account_id = decided.account_id then 'linked'
            else 'overruled'
        end as verdict,
        claims.evidence_table,
        case when claims.source_rank <= 2 then 1 else 0 end as is_verified,
        case
            when
                claims.account_id = decided.account_id
                and row_number() over (
                    partition by claims.email, claims.account_id
                    order by claims.source_rank
                ) = 1
                then 1
            else 0
        end as is_chosen
    from claims
    inner join decided on claims.email = decided.email
    where claims.account_id > 0
)

select * from final;
