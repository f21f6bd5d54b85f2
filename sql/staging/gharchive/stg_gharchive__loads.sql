-- stg_gharchive__loads, version 1
-- One row per archive file that is in the warehouse: the hour it stands for and when it was loaded.
-- owner: developer-relations

create view stg_gharchive__loads (
    load_id,
    source_object,
    slice_start_at,
    slice_end_at,
    loaded_at
) as
select
    load_id,
    object as source_object,
    slice_start as slice_start_at,
    slice_end as slice_end_at,
    loaded_at
from ls_slice
where
    source = 'gharchive'
    and load_id is not null;
