-- stg_seeds__company_domains, version 1
-- One row per domain of addresses whose company this project names.
-- owner: learning-analytics

create view stg_seeds__company_domains (
    row_id,
    source_offset,
    email_domain,
    company_name
) as
select
    row_id,
    source_offset,
    email_domain,
    company_name
from raw_seeds__company_domains;
