-- check: an_address_is_one_learner
-- severity: warn
-- Two accounts of one address in the newest roster.
select email from dim_codetrack_learners
where is_listed = 1
group by email
having count(*) > 1;
