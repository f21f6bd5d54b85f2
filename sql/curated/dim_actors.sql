-- dim_actors, version 1
-- One row per GitHub account, under the name it was seen with last.
-- owner: developer-relations

create table dim_actors (
    actor_id       integer primary key,  -- GitHub's id; pii: id
    last_login     text,                 -- by time, then event id; null: never named; pii: login
    name_count     integer not null      -- names seen, 2 or more: it was renamed
        constraint name_count_is_not_negative check (name_count >= 0),
    first_seen_at  text    not null,     -- in the hours loaded
    last_seen_at   text    not null
) strict;

create index dim_actors__last_login on dim_actors (last_login);

with

actor_names as (
    select actor_id, actor_login, last_number, first_seen_at, last_seen_at
    from dim_actor_names
),

final as (
    select
        actor_id,
        max(case when last_number = 1 then actor_login end) as last_login,
        count(actor_login) as name_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from actor_names
    group by actor_id
)

select * from final;
