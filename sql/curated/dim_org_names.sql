-- dim_org_names, version 2
-- One row per organisation and name it was seen under, numbered in time order.
-- owner: developer-relations
-- incremental: org_id
--
-- A name that was left and taken again is one row, at the place where it was first
-- seen. Copies of an event in several files say the same and are not removed here.

create table dim_org_names (
    org_id          integer not null,  -- GitHub's id
    name_number     integer not null  -- 1: the first name seen
        constraint name_number_is_positive check (name_number >= 1),
    org_login       text,              -- null: an event gave the id without a name
    last_number     integer not null  -- 1: the name seen last, by time and event id
        constraint last_number_is_positive check (last_number >= 1),
    first_event_id  integer not null,  -- the event it was first seen in
    last_event_id   integer not null,  -- and the one it was last seen in
    first_seen_at   text    not null,  -- of an event under this name, in the hours loaded
    last_seen_at    text    not null,  -- as first_seen_at
    primary key (org_id, name_number)
) strict, without rowid;

create unique index dim_org_names__name on dim_org_names (org_login, org_id);

with

events as (
    select org_id, org_login, moment
    from stg_gharchive__events
    where row_id >= :since_row and org_id is not null
),

-- Whose names stand here already. A full build finds none, and makes no list.
touched as (
    select distinct org_id
    from stg_gharchive__events
    where
        row_id >= :since_row
        and org_id is not null
        and exists (select 1 from dim_org_names)
),

standing as (
    select org_id, org_login, first_seen_at, first_event_id, last_seen_at, last_event_id
    from dim_org_names
    where org_id in (select org_id from touched)
),

-- A span's ends carry the event's id, as names may change within a second: text
-- as stg_gharchive__events.moment is.
moments as (
    select org_id, org_login, moment from events
    union all
    select
        org_id,
        org_login,
        first_seen_at || case
            when first_event_id < 0 then '0' || substr(
                '0000000000000000000'
                || cast(first_event_id + 9223372036854775807 as varchar), -19)
            else '1' || substr(
                '0000000000000000000' || cast(first_event_id as varchar), -19)
        end
    from standing
    union all
    select
        org_id,
        org_login,
        last_seen_at || case
            when last_event_id < 0 then '0' || substr(
                '0000000000000000000'
                || cast(last_event_id + 9223372036854775807 as varchar), -19)
            else '1' || substr(
                '0000000000000000000' || cast(last_event_id as varchar), -19)
        end
    from standing
),

spans as (
    select
        org_id,
        org_login,
        min(moment) as first_moment,
        max(moment) as last_moment
    from moments
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
                org_login desc
        ) as last_number,
        cast(substr(first_moment, 22) as bigint) - case
            when substr(first_moment, 21, 1) = '0' then 9223372036854775807
            else 0
        end as first_event_id,
        cast(substr(last_moment, 22) as bigint) - case
            when substr(last_moment, 21, 1) = '0' then 9223372036854775807
            else 0
        end as last_event_id,
        substr(first_moment, 1, 20) as first_seen_at,
        substr(last_moment, 1, 20) as last_seen_at
    from spans
)

select * from final;
