-- dim_orgs, version 3
-- One row per organisation, under the name it was seen with last.
-- owner: developer-relations
-- incremental: org_id
--
-- When it was last seen stands in dim_org_names alone, and in the view
-- github_orgs: here it would change a page of the file for each event.

create table dim_orgs (
    org_id         integer primary key,  -- GitHub's id
    last_login     text,                 -- by time, then event id; null: never named
    is_renamed     integer not null      -- 1: seen under more than one name
        constraint is_renamed_is_boolean check (is_renamed in (0, 1)),
    first_seen_at  text    not null      -- in the hours loaded
) strict;

create index dim_orgs__last_login on dim_orgs (last_login);

with

-- An id never loses its names: a load that is removed makes them anew.
changed as (
    select distinct org_id from dim_org_names__changes
),

final as (
    select
        org_id,
        max(case when last_number = 1 then org_login end) as last_login,
        case when count(org_login) > 1 then 1 else 0 end as is_renamed,
        min(first_seen_at) as first_seen_at
    from dim_org_names
    where org_id in (select org_id from changed)
    group by org_id
)

select * from final;
