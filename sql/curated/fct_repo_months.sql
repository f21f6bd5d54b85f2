-- fct_repo_months, version 1
-- One row per repository and month with commits: its authors, who of them was
-- certified, and its workflow runs.
-- owner: developer-relations
--
-- An author is an account that wrote a commit of the month, bots left out; it is
-- certified when a person of it passed an exam before the day of its first commit of
-- the month. Commits without an account have no author here and are counted. Months
-- are those of the commit and of the run's first attempt. Without any certificate
-- in this warehouse there are no rows: nobody could tell the certified from others.

create table fct_repo_months (
    ---------- keys
    repo_id                 integer not null references dim_github_repos (repo_id),
    month_date              text    not null,  -- its first day
    ---------- numbers
    author_count            integer not null,  -- accounts; unit: authors
    certified_author_count  integer not null,  -- of these; unit: authors
    certified_share         real,              -- a fraction of 1; null: no author with an account
    commit_count            integer not null,  -- of authors with an account, bots left out; unit: commits
    nameless_commit_count   integer not null,  -- of no account; unit: commits
    run_count               integer not null,  -- workflow runs; unit: runs
    judged_run_count        integer not null,  -- passed or failed; unit: runs
    failed_run_count        integer not null,  -- failed, timed out or not started; unit: runs
    run_seconds             real,              -- mean of the last attempts; null: no run is completed; unit: seconds
    primary key (repo_id, month_date),
    constraint certified_are_authors check (certified_author_count <= author_count)
) strict, without rowid;

with

certificates as (
    select count(*) as certificate_count from dim_people where is_certified = 1
),

people as (
    select account_id, substr(first_passed_at, 1, 10) as certified_date
    from dim_people
    where account_id is not null and first_passed_at is not null
),

users as (
    select user_id, login from dim_github_users
),

written as (
    select
        fct_commits.repo_id,
        substr(fct_commits.created_at, 1, 7) || '-01' as month_date,
        fct_commits.user_id,
        fct_commits.created_at
    from fct_commits
    left join users on fct_commits.user_id = users.user_id
    cross join certificates
    where
        certificates.certificate_count > 0
        and (fct_commits.user_id is null or lower(users.login) not like '%[bot]')
),

author_months as (
    select
        repo_id,
        month_date,
        user_id,
        count(*) as commit_count,
        min(created_at) as first_at
    from written
    group by repo_id, month_date, user_id
),

months as (
    select
        author_months.repo_id,
        author_months.month_date,
        count(author_months.user_id) as author_count,
        count(case when people.certified_date < substr(author_months.first_at, 1, 10) then 1 end)
            as certified_author_count,
        sum(case when author_months.user_id is not null then author_months.commit_count else 0 end)
            as commit_count,
        sum(case when author_months.user_id is null then author_months.commit_count else 0 end)
            as nameless_commit_count
    from author_months
    left join people on author_months.user_id = people.account_id
    group by author_months.repo_id, author_months.month_date
),

judged as (
    select
        repo_id,
        substr(created_at, 1, 7) || '-01' as month_date,
        attempt_seconds,
        case
            when conclusion = 'success' then 0
            when conclusion in ('failure', 'timed_out', 'startup_failure') then 1
        end as is_failed
    from fct_workflow_runs
),

runs as (
    select
        repo_id,
        month_date,
        count(*) as run_count,
        count(is_failed) as judged_run_count,
        sum(is_failed) as failed_run_count,
        avg(cast(attempt_seconds as double)) as run_seconds
    from judged
    group by repo_id, month_date
),

final as (
    select
        months.repo_id,
        months.month_date,
        months.author_count,
        months.certified_author_count,
        cast(months.certified_author_count as double) / nullif(months.author_count, 0)
            as certified_share,
        months.commit_count,
        months.nameless_commit_count,
        coalesce(runs.run_count, 0) as run_count,
        coalesce(runs.judged_run_count, 0) as judged_run_count,
        coalesce(runs.failed_run_count, 0) as failed_run_count,
        runs.run_seconds
    from months
    left join runs
        on
            months.repo_id = runs.repo_id
            and months.month_date = runs.month_date
)

select * from final;
