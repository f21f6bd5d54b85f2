-- Learning ROI: what the documents of the certification team promise of their files.
-- The numbers they go by stand in dim_settings. Nothing fails where nothing
-- was loaded.

-- check: certified_users_rows
-- severity: info
-- category: row counts
-- certified_users has about as many rows as it should: the band is in dim_settings.
select counted.row_count, middles.setting_value as expected_rows
from (select count(*) as row_count from certified_users) as counted
inner join dim_settings as middles on middles.setting = 'learning.certified_users'
inner join dim_settings as widths on widths.setting = 'learning.band_share'
where
    counted.row_count > 0
    and (
        cast(counted.row_count as double) < middles.setting_value * (1e0 - widths.setting_value)
        or cast(counted.row_count as double) > middles.setting_value * (1e0 + widths.setting_value)
    );

-- check: individual_exams_rows
-- severity: info
-- category: row counts
-- individual_exams has about as many rows as it should: the band is in dim_settings.
select counted.row_count, middles.setting_value as expected_rows
from (select count(*) as row_count from individual_exams) as counted
inner join dim_settings as middles on middles.setting = 'learning.individual_exams'
inner join dim_settings as widths on widths.setting = 'learning.band_share'
where
    counted.row_count > 0
    and (
        cast(counted.row_count as double) < middles.setting_value * (1e0 - widths.setting_value)
        or cast(counted.row_count as double) > middles.setting_value * (1e0 + widths.setting_value)
    );

-- check: product_usage_rows
-- severity: info
-- category: row counts
-- product_usage has about as many rows as it should: the band is in dim_settings.
select counted.row_count, middles.setting_value as expected_rows
from (select count(*) as row_count from product_usage) as counted
inner join dim_settings as middles on middles.setting = 'learning.product_usage'
inner join dim_settings as widths on widths.setting = 'learning.band_share'
where
    counted.row_count > 0
    and (
        cast(counted.row_count as double) < middles.setting_value * (1e0 - widths.setting_value)
        or cast(counted.row_count as double) > middles.setting_value * (1e0 + widths.setting_value)
    );

-- check: learning_activity_rows
-- severity: info
-- category: row counts
-- learning_activity has about as many rows as it should: the band is in dim_settings.
select counted.row_count, middles.setting_value as expected_rows
from (select count(*) as row_count from learning_activity) as counted
inner join dim_settings as middles on middles.setting = 'learning.learning_activity'
inner join dim_settings as widths on widths.setting = 'learning.band_share'
where
    counted.row_count > 0
    and (
        cast(counted.row_count as double) < middles.setting_value * (1e0 - widths.setting_value)
        or cast(counted.row_count as double) > middles.setting_value * (1e0 + widths.setting_value)
    );

-- check: identity_resolution
-- severity: warn
-- category: identity
-- Certified users whose address leads to an account.
select counted.share, floors.setting_value as expected_share
from (
    select cast(count(case when dotcom_id > 0 then 1 end) as double) / nullif(count(*), 0) as share
    from certified_users
) as counted
inner join dim_settings as floors on floors.setting = 'learning.resolved_share'
where counted.share < floors.setting_value;

-- check: score_coverage
-- severity: warn
-- category: completeness
-- An exam of the fiscal years 22 to 25 with answers has a score.
select exam_result_id
from fct_exam_results
where
    source = 'FY22-25'
    and correct_count + incorrect_count > 0
    and score_percent is null;

-- check: no_null_dotcom_ids
-- severity: error
-- category: completeness
select email from certified_users where dotcom_id is null
union all
select email from learners_enriched where dotcom_id is null;

-- check: email_fill_rate
-- severity: warn
-- category: completeness
-- Learners with an e-mail address.
select counted.share, floors.setting_value as expected_share
from (
    select cast(count(case when email <> '' then 1 end) as double) / nullif(count(*), 0) as share
    from learners_enriched
) as counted
inner join dim_settings as floors on floors.setting = 'learning.email_share'
where counted.share < floors.setting_value;

-- check: valid_dates
-- severity: error
-- category: accuracy
-- No exam was passed in the future. One that is only scheduled may lie there.
select exam_result_id, exam_at
from fct_exam_results
where is_passed = 1 and substr(exam_at, 1, 10) > :as_of_date;

-- check: valid_regions
-- severity: warn
-- category: accuracy
-- The documents know AMER, EMEA, APAC and none; the files hold Other and Unknown too.
select region, count(*) as learner_count
from learners_enriched
where region not in ('AMER', 'EMEA', 'APAC', '')
group by region;

-- check: valid_cert_counts
-- severity: warn
-- category: accuracy
-- Not negative, and not more than anybody sits.
select certified_users.email, certified_users.total_certs
from certified_users
inner join dim_settings on dim_settings.setting = 'learning.certificates'
where
    certified_users.total_certs < 0
    or certified_users.total_certs > dim_settings.setting_value;

-- check: cert_consistency
-- severity: warn
-- category: consistency
-- Who has certificates has a first date, and the certificates by product are as many.
select certified_users.email, certified_users.total_certs, by_product.passed_count
from certified_users
inner join dim_learners on certified_users.email = dim_learners.email
left join (
    select fct_exam_results.learner_id, count(*) as passed_count
    from fct_exam_results
    inner join dim_exams on fct_exam_results.exam_code = dim_exams.exam_code
    where fct_exam_results.is_passed = 1
    group by fct_exam_results.learner_id
) as by_product on dim_learners.learner_id = by_product.learner_id
where
    certified_users.total_certs > 0
    and (
        certified_users.first_cert_date is null
        or by_product.passed_count is null
        or by_product.passed_count <> certified_users.total_certs
    );

-- check: company_hierarchy
-- severity: info
-- category: consistency
-- Where there is a paying customer, the company is that one.
select learner_id, company_name, org_customer_name
from learners_enriched
where org_customer_name is not null and company_name <> org_customer_name;

-- check: field_fill_rates_dotcom_id
-- severity: warn
-- category: completeness
-- Learners with dotcom_id.
select counted.share, floors.setting_value as expected_share
from (
    select cast(count(case when dotcom_id > 0 then 1 end) as double) / nullif(count(*), 0) as share
    from learners_enriched
) as counted
inner join dim_settings as floors on floors.setting = 'learning.fill_dotcom_id'
where counted.share < floors.setting_value;

-- check: field_fill_rates_email
-- severity: warn
-- category: completeness
-- Learners with email.
select counted.share, floors.setting_value as expected_share
from (
    select cast(count(case when email <> '' then 1 end) as double) / nullif(count(*), 0) as share
    from learners_enriched
) as counted
inner join dim_settings as floors on floors.setting = 'learning.fill_email'
where counted.share < floors.setting_value;

-- check: field_fill_rates_company
-- severity: warn
-- category: completeness
-- Learners with company.
select counted.share, floors.setting_value as expected_share
from (
    select cast(count(case when company_name <> '' then 1 end) as double) / nullif(count(*), 0) as share
    from learners_enriched
) as counted
inner join dim_settings as floors on floors.setting = 'learning.fill_company'
where counted.share < floors.setting_value;

-- check: field_fill_rates_region
-- severity: warn
-- category: completeness
-- Learners with region.
select counted.share, floors.setting_value as expected_share
from (
    select cast(count(case when region not in ('', 'Unknown') then 1 end) as double) / nullif(count(*), 0) as share
    from learners_enriched
) as counted
inner join dim_settings as floors on floors.setting = 'learning.fill_region'
where counted.share < floors.setting_value;

-- check: field_fill_rates_country
-- severity: warn
-- category: completeness
-- Learners with country.
select counted.share, floors.setting_value as expected_share
from (
    select cast(count(case when country <> '' then 1 end) as double) / nullif(count(*), 0) as share
    from learners_enriched
) as counted
inner join dim_settings as floors on floors.setting = 'learning.fill_country'
where counted.share < floors.setting_value;

-- check: field_fill_rates_org_name
-- severity: warn
-- category: completeness
-- Learners with org_name.
select counted.share, floors.setting_value as expected_share
from (
    select cast(count(case when org_name is not null then 1 end) as double) / nullif(count(*), 0) as share
    from learners_enriched
) as counted
inner join dim_settings as floors on floors.setting = 'learning.fill_org_name'
where counted.share < floors.setting_value;

-- check: product_usage_coverage
-- severity: info
-- category: coverage
-- Certified users whose account used a product.
select counted.share, floors.setting_value as expected_share
from (
    select
        cast(count(product_usage_all.dotcom_id) as double) / nullif(count(*), 0) as share
    from certified_users
    left join product_usage_all on certified_users.dotcom_id = product_usage_all.dotcom_id
) as counted
inner join dim_settings as floors on floors.setting = 'learning.usage_share'
where counted.share < floors.setting_value;

-- check: cert_distribution
-- severity: info
-- category: coverage
-- No product has nearly all of the certificates.
select counted.product_focus, counted.share, tops.setting_value as expected_share
from (
    select
        dim_exams.product_focus,
        cast(count(*) as double) / sum(count(*)) over () as share
    from fct_exam_results
    inner join dim_exams on fct_exam_results.exam_code = dim_exams.exam_code
    where fct_exam_results.is_passed = 1
    group by dim_exams.product_focus
) as counted
inner join dim_settings as tops on tops.setting = 'learning.product_focus_share'
where counted.share > tops.setting_value;

-- check: data_freshness
-- severity: warn
-- category: freshness
-- Something was loaded, or found unchanged, within the last hours.
select newest.seen_at, limits.setting_value as expected_hours
from (select max(seen_at) as seen_at from dim_learning_loads) as newest
inner join dim_settings as limits on limits.setting = 'learning.fresh_hours'
where
    newest.seen_at is not null
    and newest.seen_at < date_add('hour', -cast(limits.setting_value as bigint), :as_of);

-- check: file_freshness
-- severity: warn
-- category: freshness
-- Each table that has rows was loaded, or found unchanged, within the last hours.
select dim_learning_loads.raw_table, dim_learning_loads.seen_at
from dim_learning_loads
inner join dim_settings as limits on limits.setting = 'learning.fresh_hours'
where
    dim_learning_loads.seen_at is null
    or dim_learning_loads.seen_at
    < date_add('hour', -cast(limits.setting_value as bigint), :as_of);

-- check: record_count_anomaly
-- severity: warn
-- category: anomaly
-- No table has many more or fewer rows than in the state before.
select counted.model, counted.row_count, before.row_count as row_count_before
from (
    select 'certified_users' as model, count(*) as row_count from certified_users
    union all
    select 'product_usage' as model, count(*) as row_count from product_usage
    union all
    select 'learning_activity' as model, count(*) as row_count from learning_activity
    union all
    select 'learners_enriched' as model, count(*) as row_count from learners_enriched
    union all
    select 'fct_exam_attempts' as model, count(*) as row_count from fct_exam_attempts
) as counted
inner join (
    select model, row_count, row_number() over (partition by model order by state desc) as age
    from ls_state
) as before on counted.model = before.model and before.age = 1
inner join dim_settings as limits on limits.setting = 'learning.change_share'
where
    before.row_count > 0
    and abs(cast(counted.row_count - before.row_count as double)) > limits.setting_value * before.row_count;

-- check: times_are_utc
-- severity: warn
-- category: accuracy
-- A time with an offset would be read as if it were UTC.
select row_id, endtime from raw_learning_roi__exam_results
where endtime like '%+__:__' or (endtime is not null and length(endtime) < 10)
union all
select row_id, date from raw_learning_roi__pearson_exam_results
where date like '%+__:__' or (date is not null and length(date) < 10);
