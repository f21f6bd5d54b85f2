-- dim_renamed_repos on Trino, which joins names with listagg where SQLite has a
-- window of group_concat. Columns and rows are those of dim_renamed_repos.sql.

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

joined as (
    select
        repo_id,
        count(*) as name_count,
        listagg(repo_name, ' > ') within group (order by name_number)
            as names_in_time_order
    from repo_names
    group by repo_id
),

final as (
    select
        row_number() over (
            order by
                joined.name_count desc,
                lower(repos.last_name),
                repos.last_name,
                repos.repo_id
        ) as place,
        repos.repo_id,
        joined.names_in_time_order,
        repos.last_name as last_repo_name
    from repos
    inner join joined on repos.repo_id = joined.repo_id
)

select * from final
