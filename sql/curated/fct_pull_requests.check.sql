-- check: a_merged_one_is_closed
select pull_request_id
from fct_pull_requests
where merged_at is not null and (closed_at is null or state = 'open');

-- check: nothing_is_solved_before_it_began
select pull_request_id
from fct_pull_requests
where hours_to_solve < 0 or hours_to_review < 0;
