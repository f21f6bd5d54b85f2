-- github_orgs, version 1
-- Organisations of GH Archive: last name, first and last sight.
-- owner: developer-relations

create view github_orgs (
    org_id,         -- GitHub's id
    last_login,     -- by time, then event id; null: never named
    is_renamed,     -- 1: seen under more than one name
    first_seen_at,  -- in the hours loaded
    last_seen_at    -- in the hours loaded
) as
select
    dim_orgs.org_id,
    dim_orgs.last_login,
    dim_orgs.is_renamed,
    dim_orgs.first_seen_at,
    (
        select max(dim_org_names.last_seen_at)
        from dim_org_names
        where dim_org_names.org_id = dim_orgs.org_id
    ) as last_seen_at
from dim_orgs
order by dim_orgs.org_id;
