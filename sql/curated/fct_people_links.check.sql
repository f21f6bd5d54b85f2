-- check: every_learner_is_a_person
select dim_learners.learner_id
from dim_learners
left join fct_people_links on dim_learners.learner_id = fct_people_links.learner_id
where fct_people_links.learner_id is null;

-- check: every_codetrack_learner_is_a_person
select dim_codetrack_learners.codetrack_id
from dim_codetrack_learners
left join fct_people_links
    on dim_codetrack_learners.codetrack_id = fct_people_links.codetrack_id
where fct_people_links.codetrack_id is null;

-- check: every_github_user_is_a_person
select dim_github_users.user_id
from dim_github_users
left join fct_people_links on dim_github_users.user_id = fct_people_links.user_id
where fct_people_links.user_id is null;

-- check: a_link_by_address_has_a_claim
-- What an address proves stands in fct_people_claims, with the same account.
with

proofs as (
    select distinct account_id, id_source from fct_people_claims where is_chosen = 1
),

links as (
    select
        fct_people_links.link_system,
        fct_people_links.record_key,
        fct_people_links.link_source,
        dim_people.account_id
    from fct_people_links
    inner join dim_people on fct_people_links.person_id = dim_people.person_id
    where fct_people_links.link_source in ('snapshots', 'commits', 'signup', 'exam')
)

select links.link_system, links.record_key
from links
left join proofs
    on
        links.account_id = proofs.account_id
        and links.link_source = proofs.id_source
where proofs.account_id is null;

-- check: two_of_a_roster_are_not_one_person
-- severity: warn
-- Two learners of the newest roster whose addresses lead to one account: the same
-- person twice, or an address in the wrong row.
select fct_people_links.person_id, count(*) as learner_count
from fct_people_links
inner join dim_codetrack_learners
    on fct_people_links.codetrack_id = dim_codetrack_learners.codetrack_id
where dim_codetrack_learners.is_listed = 1
group by fct_people_links.person_id
having count(*) > 1;

-- check: addresses_lead_to_one_account
-- severity: info
-- Claims that contradict each other; people_conflicts has them with their evidence.
select email, source_rank, account_id, verdict
from fct_people_claims
where verdict <> 'linked';
