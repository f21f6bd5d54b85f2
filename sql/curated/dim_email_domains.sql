-- dim_email_domains, version 1
-- One row per domain of e-mail addresses of which more is known than its name: that
-- anybody may have an address there, or how its company writes itself where the
-- domain does not say so.
-- owner: learning-analytics
--
-- More companies, or another name of one, stand in data/seeds/company_domains.csv, in
-- lines such as contoso.example,Contoso Ltd. below email_domain,company_name.

create table dim_email_domains (
    email_domain  text    not null primary key,  -- what follows the @, lower case
    company_name  text,                          -- null: no company's
    is_free_mail  integer not null               -- 1: anybody may have an address there, 0: a company's
        constraint is_free_mail_is_boolean check (is_free_mail in (0, 1))
) strict, without rowid;

with

known (email_domain, company_name, is_free_mail) as (
    values
    ('gmail.com', cast(null as varchar), 1),
    ('googlemail.com', cast(null as varchar), 1),
    ('yahoo.com', cast(null as varchar), 1),
    ('yahoo.co.uk', cast(null as varchar), 1),
    ('yahoo.co.in', cast(null as varchar), 1),
    ('yahoo.co.jp', cast(null as varchar), 1),
    ('yahoo.fr', cast(null as varchar), 1),
    ('hotmail.com', cast(null as varchar), 1),
    ('hotmail.co.uk', cast(null as varchar), 1),
    ('hotmail.fr', cast(null as varchar), 1),
    ('outlook.com', cast(null as varchar), 1),
    ('live.com', cast(null as varchar), 1),
    ('msn.com', cast(null as varchar), 1),
    ('icloud.com', cast(null as varchar), 1),
    ('me.com', cast(null as varchar), 1),
    ('mac.com', cast(null as varchar), 1),
    ('aol.com', cast(null as varchar), 1),
    ('protonmail.com', cast(null as varchar), 1),
    ('proton.me', cast(null as varchar), 1),
    ('pm.me', cast(null as varchar), 1),
    ('gmx.com', cast(null as varchar), 1),
    ('gmx.de', cast(null as varchar), 1),
    ('gmx.net', cast(null as varchar), 1),
    ('web.de', cast(null as varchar), 1),
    ('mail.com', cast(null as varchar), 1),
    ('mail.ru', cast(null as varchar), 1),
    ('yandex.com', cast(null as varchar), 1),
    ('yandex.ru', cast(null as varchar), 1),
    ('qq.com', cast(null as varchar), 1),
    ('163.com', cast(null as varchar), 1),
    ('126.com', cast(null as varchar), 1),
    ('zoho.com', cast(null as varchar), 1),
    ('naver.com', cast(null as varchar), 1),
    ('fastmail.com', cast(null as varchar), 1),
    ('3m.com', '3M', 0),
    ('abb.com', 'ABB', 0),
    ('adp.com', 'ADP', 0),
    ('aexp.com', 'American Express', 0),
    ('aig.com', 'AIG', 0),
    ('amd.com', 'AMD', 0),
    ('att.com', 'AT&T', 0),
    ('basf.com', 'BASF', 0),
    ('bbva.com', 'BBVA', 0),
    ('bcg.com', 'BCG', 0),
    ('bmw.de', 'BMW', 0),
    ('bnpparibas.com', 'BNP Paribas', 0),
    ('bofa.com', 'Bank of America', 0),
    ('bp.com', 'BP', 0),
    ('bt.com', 'BT', 0),
    ('cgi.com', 'CGI', 0),
    ('cibc.com', 'CIBC', 0),
    ('cvshealth.com', 'CVS Health', 0),
    ('db.com', 'Deutsche Bank', 0),
    ('dhl.com', 'DHL', 0),
    ('dxc.com', 'DXC', 0),
    ('epam.com', 'EPAM', 0),
    ('ey.com', 'EY', 0),
    ('fedex.com', 'FedEx', 0),
    ('ge.com', 'GE', 0),
    ('github.com', 'GitHub', 0),
    ('gm.com', 'General Motors', 0),
    ('gs.com', 'Goldman Sachs', 0),
    ('gsk.com', 'GSK', 0),
    ('hcl.com', 'HCL', 0),
    ('hcltech.com', 'HCLTech', 0),
    ('homedepot.com', 'The Home Depot', 0),
    ('hp.com', 'HP', 0),
    ('hpe.com', 'HPE', 0),
    ('hsbc.com', 'HSBC', 0),
    ('ibm.com', 'IBM', 0),
    ('ing.com', 'ING', 0),
    ('jnj.com', 'Johnson & Johnson', 0),
    ('jpmchase.com', 'JPMorgan Chase', 0),
    ('kpmg.com', 'KPMG', 0),
    ('linkedin.com', 'LinkedIn', 0),
    ('lmco.com', 'Lockheed Martin', 0),
    ('lseg.com', 'LSEG', 0),
    ('ltimindtree.com', 'LTIMindtree', 0),
    ('mckinsey.com', 'McKinsey', 0),
    ('morganstanley.com', 'Morgan Stanley', 0),
    ('nec.com', 'NEC', 0),
    ('nttdata.com', 'NTT DATA', 0),
    ('nvidia.com', 'NVIDIA', 0),
    ('paypal.com', 'PayPal', 0),
    ('pg.com', 'Procter & Gamble', 0),
    ('pwc.com', 'PwC', 0),
    ('rbc.com', 'RBC', 0),
    ('sap.com', 'SAP', 0),
    ('sas.com', 'SAS', 0),
    ('t-mobile.com', 'T-Mobile', 0),
    ('tcs.com', 'TCS', 0),
    ('td.com', 'TD', 0),
    ('techmahindra.com', 'Tech Mahindra', 0),
    ('telekom.de', 'Deutsche Telekom', 0),
    ('ubs.com', 'UBS', 0),
    ('ups.com', 'UPS', 0),
    ('usaa.com', 'USAA', 0),
    ('vmware.com', 'VMware', 0),
    ('wellsfargo.com', 'Wells Fargo', 0),
    ('zf.com', 'ZF', 0)
),

chosen as (
    select cast(lower(trim(email_domain)) as varchar) as email_domain, company_name
    from stg_seeds__company_domains
),

final as (
    select email_domain, company_name, 0 as is_free_mail from chosen
    union all
    select known.email_domain, known.company_name, known.is_free_mail
    from known
    left join chosen on known.email_domain = chosen.email_domain
    where chosen.email_domain is null
)

select * from final;
