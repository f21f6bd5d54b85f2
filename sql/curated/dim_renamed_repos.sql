-- dim_renamed_repos, version 1
-- One row per repository that was seen under more than one name.
-- owner: developer-relations

create table dim_renamed_repos (
    place                integer primary key,      -- 1: most names; ties by last name, upper case like lower
    repo_id              integer not null unique
        references dim_repos (repo_id),
    names_in_time_order  text    not null,         -- as first seen, joined by ' > '; a name taken again stands once; pii: login
    last_repo_name       text    not null          -- pii: login
) strict;

with

repos as (
    select repo_id, last_name
    from dim_repos
    where is_renamed = 1
),

repo_names as (
    select repo_id, name_number, repo_name
    from dim_repo_names
    where repo_name is not null
),

-- As a window, group_concat takes the rows in the window's order; as a plain
-- aggregate it promises none.
joined as (
    select
        repos.repo_id,
        repos.last_name,
        count(*) over (partition by repos.repo_id) as name_count,
        row_number() over (
            partition by repos.repo_id order by repo_names.name_number
        ) as name_number,
        group_concat(repo_names.repo_name, ' > ') over (
            partition by repos.repo_id order by repo_names.name_number
        ) as names_so_far
    from repos
    inner join repo_names on repos.repo_id = repo_names.repo_id
),

final as (
    select
        row_number() over (
            order by name_count desc, lower(last_name), last_name, repo_id
        ) as place,
        repo_id,
        names_so_far as names_in_time_order,
        last_name as last_repo_name
    from joined
    where name_number = name_count
)

select * from final;
