-- seeds, version 1
-- What this project decides: the rows of data/seeds.
-- owner: learning-analytics

-- Numbers that stand in place of those of dim_settings.
-- kind: snapshot, key setting
-- optional: without data/seeds/settings.csv all numbers are the documents'
create table raw_seeds__settings (
    row_id         integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset  integer not null,     -- where the record began in the file; unit: bytes
    setting        text    not null,     -- learning., codetrack. or people., and its name
    value          real    not null      -- in the unit of that setting
        constraint a_setting_is_not_negative check (value >= 0)
) strict;

-- Companies by the domain of their addresses, beside those of dim_email_domains and
-- in place of these. A domain of free mail is no company's: leave it out.
-- kind: snapshot, key email_domain
-- optional: without data/seeds/company_domains.csv the map of dim_email_domains holds
create table raw_seeds__company_domains (
    row_id         integer primary key,  -- load_id << 28 | its number in the load, from 0
    source_offset  integer not null,     -- where the record began in the file; unit: bytes
    email_domain   text    not null      -- what follows the @
        constraint a_domain_has_a_dot check (instr(email_domain, '.') > 1 and instr(email_domain, '@') = 0),
    company_name   text    not null      -- as it writes itself
        constraint a_company_has_a_name check (trim(company_name) <> '')
) strict;
