-- dim_archive_hours, version 1
-- One row per hour for which an archive file is loaded, and when that was.
-- owner: developer-relations
--
-- The only place in curated tables for the time of loading: events point here, so
-- loading an hour again changes one row. On two nights of the archive's history
-- (2012-03-11 and 2015-01-01) two files begin at the same hour and share a row.

create table dim_archive_hours (
    archive_hour_id  integer primary key,  -- the UTC hour its file begins at, YYYYMMDDHH
    slice_start_at   text    not null unique,  -- the same hour as a time
    file_count       integer not null
        -- fct_github_events tells a file by its hour and the other file's age.
        constraint two_files_share_an_hour_at_most check (file_count in (1, 2)),
    loaded_at        text    not null      -- the latest, where two files share it; local: the time of loading
) strict;

with

loads as (
    select slice_start_at, loaded_at from stg_gharchive__loads
),

final as (
    select
        cast(
            substr(slice_start_at, 1, 4) || substr(slice_start_at, 6, 2)
            || substr(slice_start_at, 9, 2) || substr(slice_start_at, 12, 2)
            as bigint
        ) as archive_hour_id,
        slice_start_at,
        count(*) as file_count,
        max(loaded_at) as loaded_at
    from loads
    group by slice_start_at
)

select * from final;
