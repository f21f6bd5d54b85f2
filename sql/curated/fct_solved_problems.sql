-- fct_solved_problems, version 1
-- One row per problem that a learner solved at LeetCode, as far as it was seen.
-- owner: learning-analytics
--
-- LeetCode shows the last 20; what was read week by week stays.
-- on orphan codetrack_id: quarantine

create table fct_solved_problems (
    ---------- keys
    leetcode_id    text    not null,  -- pii: login
    submission_id  text    not null,
    codetrack_id   integer not null references dim_codetrack_learners (codetrack_id),  -- who solved it; pii: id
    ---------- text
    title          text    not null,
    problem_url    text    not null,  -- page of the problem at LeetCode
    ---------- times (UTC, ISO 8601)
    solved_at      text    not null,
    primary key (leetcode_id, submission_id)
) strict;
create index fct_solved_problems__codetrack_id on fct_solved_problems (codetrack_id);

with

final as (
    select
        leetcode_id,
        submission_id,
        codetrack_id,
        title,
        'https://leetcode.com/problems/' || title_slug as problem_url,
        solved_at
    from stg_codetrack__submissions
)

select * from final;
