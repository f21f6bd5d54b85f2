-- stg_github__shown, version 1
-- One row per list and span of time that GitHub was asked for and showed.
-- owner: developer-relations
--
-- Reads the ledger: an answer without news adds no row to the raw tables.

create view stg_github__shown (
    object,     -- which list: its kind, ':', the name as it is configured
    checked_at  -- when GitHub showed it, with news or without
) as
select
    object,
    checked_at
from ls_slice
where
    source = 'github'
    and state in ('loaded', 'empty');
