-- people_conflicts, version 1
-- One row per claim about an address to which the sources give several accounts.
-- owner: learning-analytics
--
-- linked is what counts, overruled what a verified source says otherwise;
-- conflicting claims link nobody until a source is put right.

create view people_conflicts (
    email,
    account_id,
    id_source,
    verdict,
    evidence_table,
    evidence_row_id
) as
with

contradicted as (
    select distinct email from fct_people_claims where verdict <> 'linked'
)

select
    fct_people_claims.email,
    fct_people_claims.account_id,
    fct_people_claims.id_source,
    fct_people_claims.verdict,
    fct_people_claims.evidence_table,
    fct_people_claims.evidence_row_id
from fct_people_claims
inner join contradicted on fct_people_claims.email = contradicted.email
order by
    fct_people_claims.email,
    fct_people_claims.source_rank,
    fct_people_claims.account_id;
