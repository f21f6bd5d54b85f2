-- dim_actors, version 3
-- One row per GitHub account, under the name it was seen with last.
-- owner: developer-relations
-- incremental: actor_id
--
-- When it was last seen stands in dim_actor_names alone, and in the view
-- github_actors: here it would change a page of the file for each event.

create table dim_actors (
    actor_id       integer primary key,  -- GitHub's id; pii: id
    last_login     text,                 -- by time, then event id; null: never named; pii: login
    is_renamed     integer not null      -- 1: seen under more than one name
        constraint is_renamed_is_boolean check (is_renamed in (0, 1)),
    first_seen_at  text    not null      -- in the hours loaded
) strict;

create index dim_actors__last_login on dim_actors (last_login);

with

-- An id never loses its names: a load that is removed makes them anew.
changed as (
    select distinct actor_id from dim_actor_names__changes
),

final as (
    select
        actor_id,
        max(case when last_number = 1 then actor_login end) as last_login,
        case when count(actor_login) > 1 then 1 else 0 end as is_renamed,
        min(first_seen_at) as first_seen_at
    from dim_actor_names
    where actor_id in (select actor_id from changed)
    group by actor_id
)

select * from final;
