-- dim_org_names, version 1
-- One row per organisation and name it was seen under, numbered in time order.
-- owner: developer-relations
--
-- A name that was left and taken again is one row, at the place where it was first
-- seen. Copies of an event in several files say the same and are not removed here.

create table dim_org_names (
    org_id         integer not null,  -- GitHub's id
    name_number    integer not null  -- 1: the first name seen
        constraint name_number_is_positive check (name_number >= 1),
    org_login      text,              -- null: an event gave the id without a name
    last_number    integer not null  -- 1: the name seen last, by time and event id
        constraint last_number_is_positive check (last_number >= 1),
    first_seen_at  text    not null,
    last_seen_at   text    not null,
    primary key (org_id, name_number)
) strict, without rowid;

create unique index dim_org_names__name on dim_org_names (org_login, org_id);

with

events as (
    select org_id, org_login, moment
    from stg_gharchive__events
    where org_id is not null
),

-- A span's ends carry the event's id, as names may change within a second.
spans as (
    select
        org_id,
        org_login,
        min(moment) as first_moment,
        max(moment) as last_moment
    from events
    group by org_id, org_login
),

final as (
    select
        org_id,
        row_number() over (
            partition by org_id order by first_moment, org_login nulls last
        ) as name_number,
        org_login,
        row_number() over (
            partition by org_id
            order by
                case when org_login is null then 1 else 0 end,
                last_moment desc,
                org_login
        ) as last_number,
        substr(first_moment, 1, 20) as first_seen_at,
        substr(last_moment, 1, 20) as last_seen_at
    from spans
)

select * from final;
