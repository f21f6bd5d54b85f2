-- dim_codetrack_learners, version 1
-- One row per learner with a Codetrack account, as the roster has them now.
-- owner: learning-analytics
--
-- Who left the roster stays, under the last row it had, and is_listed is 0. The
-- cohorts before this one are in dim_codetrack_cohorts. Learners without an
-- account have no facts and no row.

create table dim_codetrack_learners (
    ---------- keys
    codetrack_id   integer primary key  -- Codetrack's number; pii: id
        constraint codetrack_id_is_an_account check (codetrack_id > 0),
    ---------- text
    email          text    not null,  -- pii: email
    learner_name   text    not null,  -- pii: name
    cohort         text    not null,  -- text: 11.30 is not 11.3
    leetcode_id    text,              -- null: none; pii: login
    ---------- booleans
    is_listed      integer not null   -- in the newest roster
        constraint is_listed_is_boolean check (is_listed in (0, 1)),
    ---------- times (UTC, ISO 8601)
    first_seen_at  text    not null,  -- first roster with the account
    last_seen_at   text    not null
) strict;

with

learners as (
    select
        codetrack_id,
        email,
        name,
        cohort,
        leetcode_id,
        seen_at,
        min(seen_at) over (partition by codetrack_id) as first_seen_at,
        row_number() over (
            partition by codetrack_id
            order by seen_at desc nulls last, row_id desc nulls last
        ) as place
    from stg_codetrack__learners
    where codetrack_id > 0
),

newest as (
    select max(seen_at) as roster_seen_at from stg_codetrack__learners
),

final as (
    select
        learners.codetrack_id,
        learners.email,
        learners.name as learner_name,
        learners.cohort,
        learners.leetcode_id,
        case when learners.seen_at = newest.roster_seen_at then 1 else 0 end as is_listed,
        learners.first_seen_at,
        learners.seen_at as last_seen_at
    from learners
    cross join newest
    where learners.place = 1
)

select * from final;
