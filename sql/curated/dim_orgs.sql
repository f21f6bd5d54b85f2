-- dim_orgs, version 1
-- One row per organisation, under the name it was seen with last.
-- owner: developer-relations

create table dim_orgs (
    org_id         integer primary key,  -- GitHub's id
    last_login     text,                 -- by time, then event id; null: never named
    name_count     integer not null      -- names seen, 2 or more: it was renamed
        constraint name_count_is_not_negative check (name_count >= 0),
    first_seen_at  text    not null,     -- in the hours loaded
    last_seen_at   text    not null
) strict;

create index dim_orgs__last_login on dim_orgs (last_login);

with

org_names as (
    select org_id, org_login, last_number, first_seen_at, last_seen_at
    from dim_org_names
),

final as (
    select
        org_id,
        max(case when last_number = 1 then org_login end) as last_login,
        count(org_login) as name_count,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at
    from org_names
    group by org_id
)

select * from final;
