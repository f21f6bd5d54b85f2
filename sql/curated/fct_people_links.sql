-- fct_people_links, version 1
-- One row per record that a system has of a person, and the row that proves it.
-- owner: learning-analytics
--
-- linked_by says how the record is known to be of the person: account, the system
-- itself writes GitHub's number; address, its address leads to the account by the
-- claim of fct_people_claims that stands here as evidence, or is the same as a
-- learner's; itself, nothing else is known of the person. The evidence is a row of
-- evidence_table: of raw tables the row_id, of others the key.

create table fct_people_links (
    ---------- keys
    link_system     text    not null   -- learning, codetrack, github, gharchive
        constraint link_system_is_known
            check (link_system in ('learning', 'codetrack', 'github', 'gharchive')),
    record_key      text    not null,  -- the record in it: learner_id, or the number as text; pii: id
    person_id       text    not null   -- whose record it is; pii: id
        references dim_people (person_id),
    learner_id      text               -- null: another system; pii: id
        references dim_learners (learner_id),
    codetrack_id    integer            -- null: another system; pii: id
        references dim_codetrack_learners (codetrack_id),
    user_id         integer            -- null: another system; pii: id
        references dim_github_users (user_id),
    actor_id        integer            -- null: another system; pii: id
        references dim_actors (actor_id),
    evidence_key    text    not null,  -- of the row in evidence_table; local: raw rows are numbered by load
    ---------- text
    linked_by       text    not null   -- account, address, itself
        constraint linked_by_is_known check (linked_by in ('account', 'address', 'itself')),
    link_source     text    not null,  -- whose word it is: snapshots, commits, signup, exam, roster, learning, github, gharchive
    evidence_table  text    not null,  -- with the row that says so
    primary key (link_system, record_key),
    constraint one_record_is_linked check (
        (learner_id is not null) + (codetrack_id is not null)
        + (user_id is not null) + (actor_id is not null) = 1
    )
) strict, without rowid;

create index fct_people_links__person on fct_people_links (person_id);
create index fct_people_links__learner on fct_people_links (learner_id);
create index fct_people_links__codetrack on fct_people_links (codetrack_id);
create index fct_people_links__user on fct_people_links (user_id);
create index fct_people_links__actor on fct_people_links (actor_id);

with

learners as (
    select learner_id, email, dotcom_id from dim_learners
),

codetrack_learners as (
    select codetrack_id, nullif(cast(lower(trim(email)) as varchar), '') as email
    from dim_codetrack_learners
),

roster_rows as (
    select codetrack_id, max_by(row_id, seen_at) as row_id
    from stg_codetrack__learners
    group by codetrack_id
),

choices as (
    select email, account_id, id_source, evidence_table, evidence_row_id
    from fct_people_claims
    where is_chosen = 1
),

people as (
    select person_id, account_id from dim_people where account_id is not null
),

-- Read in place: a number is looked up, of millions.
actors as not materialized (
    select actor_id from dim_actors
),

learner_emails as (
    select email from learners where email is not null
),

links as (
    select
        'learning' as link_system,
        learners.learner_id as record_key,
        case
            when choices.account_id is not null
                then sk('person account', cast(choices.account_id as varchar))
            when learners.email is not null then sk('person address', learners.email)
            else sk('person account', cast(learners.dotcom_id as varchar))
        end as person_id,
        learners.learner_id,
        cast(null as bigint) as codetrack_id,
        cast(null as bigint) as user_id,
        cast(null as bigint) as actor_id,
        case
            when choices.account_id is not null then cast(choices.evidence_row_id as varchar)
            else learners.learner_id
        end as evidence_key,
        case
            when choices.account_id is not null then 'address'
            when learners.email is not null then 'itself'
            else 'account'
        end as linked_by,
        coalesce(choices.id_source, 'learning') as link_source,
        coalesce(choices.evidence_table, 'dim_learners') as evidence_table
    from learners
    left join choices on learners.email = choices.email
    union all
    select
        'codetrack',
        cast(codetrack_learners.codetrack_id as varchar),
        case
            when choices.account_id is not null
                then sk('person account', cast(choices.account_id as varchar))
            else sk(
                'person address',
                coalesce(
                    codetrack_learners.email,
                    'codetrack ' || cast(codetrack_learners.codetrack_id as varchar)
                )
            )
        end,
        null,
        codetrack_learners.codetrack_id,
        null,
        null,
        case
            when choices.account_id is not null then cast(choices.evidence_row_id as varchar)
            else cast(coalesce(roster_rows.row_id, codetrack_learners.codetrack_id) as varchar)
        end,
        case
            when choices.account_id is not null or learner_emails.email is not null
                then 'address'
            else 'itself'
        end,
        coalesce(choices.id_source, 'roster'),
        case
            when choices.account_id is not null then choices.evidence_table
            when roster_rows.row_id is not null then 'raw_codetrack__learners'
            else 'dim_codetrack_learners'
        end
    from codetrack_learners
    left join choices on codetrack_learners.email = choices.email
    left join learner_emails on codetrack_learners.email = learner_emails.email
    left join roster_rows on codetrack_learners.codetrack_id = roster_rows.codetrack_id
    union all
    select
        'github',
        cast(dim_github_users.user_id as varchar),
        people.person_id,
        null,
        null,
        dim_github_users.user_id,
        null,
        cast(dim_github_users.user_id as varchar),
        'account',
        'github',
        'dim_github_users'
    from dim_github_users
    inner join people on dim_github_users.user_id = people.account_id
    union all
    select
        'gharchive',
        cast(actors.actor_id as varchar),
        people.person_id,
        null,
        null,
        null,
        actors.actor_id,
        cast(actors.actor_id as varchar),
        'account',
        'gharchive',
        'dim_actors'
    from people
    inner join actors on people.account_id = actors.actor_id
),

final as (
    select * from links
)

select * from final;
