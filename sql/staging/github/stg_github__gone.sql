-- stg_github__gone, version 1
-- One row per list that GitHub showed once and shows no longer.
-- owner: developer-relations
--
-- Reads the ledger: a repository that vanished keeps its rows, and its lists
-- are in the state source_gone there.

create view stg_github__gone (
    object,     -- which list: its kind, ':', the name as it is configured
    checked_at  -- when GitHub was last asked for the list
) as
select
    object,
    checked_at
from ls_slice
where
    source = 'github'
    and state = 'source_gone';
