-- fct_certified_activity, version 1
-- One row per certified person and kind of activity: what they did before and after
-- their first certificate.
-- owner: learning-analytics
--
-- The two sides are so many days long as window_days of dim_settings says, up
-- to the day of the exam and from it; the day itself is on neither side. Commits are
-- those of the repositories that are read, and are compared where both sides lie
-- within what is known of these. Pushes are those of GH Archive, and are compared
-- where it is loaded for window_hours on both sides at least; counts are per hour
-- loaded, so sides of unlike coverage compare too.

create table fct_certified_activity (
    ---------- keys
    person_id        text    not null references dim_people (person_id),  -- who is certified; pii: id
    activity         text    not null   -- commits, pushes
        constraint activity_is_known check (activity in ('commits', 'pushes')),
    ---------- numbers
    count_before     integer not null,  -- in the days before; unit: commits or pushes
    count_after      integer not null,  -- in the days after; unit: commits or pushes
    hours_before     integer not null,  -- known of this side; unit: hours
    hours_after      integer not null,  -- known of this side; unit: hours
    weekly_before    real,              -- count by week known; null: not compared
    weekly_after     real,              -- count by week known; null: not compared
    ---------- booleans
    is_compared      integer not null   -- 1: enough is known of both sides
        constraint is_compared_is_boolean check (is_compared in (0, 1)),
    ---------- times (UTC)
    certified_date   text    not null,  -- day of the first exam that was passed
    primary key (person_id, activity)
) strict, without rowid;

with

days as (
    select cast(setting_value as bigint) as window_days from dim_settings
    where setting = 'people.window_days'
),

least as (
    select setting_value as window_hours from dim_settings
    where setting = 'people.window_hours'
),

certified as (
    select
        dim_people.person_id,
        dim_people.account_id,
        dim_people.is_github_user,
        substr(dim_people.first_passed_at, 1, 10) as certified_date,
        date_add('day', -days.window_days, date(substr(dim_people.first_passed_at, 1, 10)))
            as from_date,
        date_add('day', 1, date(substr(dim_people.first_passed_at, 1, 10))) as after_date,
        date_add('day', days.window_days + 1, date(substr(dim_people.first_passed_at, 1, 10)))
            as until_date
    from dim_people
    cross join days
    where
        dim_people.account_id is not null
        and dim_people.first_passed_at is not null
),

-- From the first commit of anybody to the last look at GitHub.
known_commits as (
    select min(created_at) as first_at from fct_commits
),

last_looks as (
    select max(last_seen_at) as last_at from dim_github_users
),

actors as (
    select person_id, actor_id from fct_people_links where actor_id is not null
),

-- Read in place: the index on actor and time serves, of millions of events.
events as not materialized (
    select actor_id, type, action_time from fct_github_events
),

author_commits as not materialized (
    select user_id, created_at from fct_commits
),

archive_hours as (
    select slice_start_at from dim_archive_hours
),

commit_counts as (
    select
        certified.person_id,
        count(case when author_commits.created_at < certified.certified_date then 1 end)
            as count_before,
        count(case when author_commits.created_at >= certified.after_date then 1 end)
            as count_after
    from certified
    inner join author_commits
        on
            certified.account_id = author_commits.user_id
            and author_commits.created_at >= certified.from_date
            and author_commits.created_at < certified.until_date
    group by certified.person_id
),

push_counts as (
    select
        certified.person_id,
        count(case when events.action_time < certified.certified_date then 1 end)
            as count_before,
        count(case when events.action_time >= certified.after_date then 1 end)
            as count_after
    from certified
    inner join actors on certified.person_id = actors.person_id
    inner join events
        on
            actors.actor_id = events.actor_id
            and events.action_time >= certified.from_date
            and events.action_time < certified.until_date
    where events.type = 'PushEvent'
    group by certified.person_id
),

-- Once a day, not once a person.
windows as (
    select distinct
        certified.certified_date,
        certified.from_date,
        certified.after_date,
        certified.until_date
    from certified
    inner join actors on certified.person_id = actors.person_id
),

covered as (
    select
        windows.certified_date,
        count(case when archive_hours.slice_start_at < windows.certified_date then 1 end)
            as hours_before,
        count(case when archive_hours.slice_start_at >= windows.after_date then 1 end)
            as hours_after
    from windows
    inner join archive_hours
        on
            archive_hours.slice_start_at >= windows.from_date
            and archive_hours.slice_start_at < windows.until_date
    group by windows.certified_date
),

measured as (
    select
        certified.person_id,
        'commits' as activity,
        certified.certified_date,
        coalesce(commit_counts.count_before, 0) as count_before,
        coalesce(commit_counts.count_after, 0) as count_after,
        case when known_commits.first_at < certified.from_date
            then 24 * days.window_days else 0
        end as hours_before,
        case when last_looks.last_at >= certified.until_date
            then 24 * days.window_days else 0
        end as hours_after,
        case
            when
                known_commits.first_at < certified.from_date
                and last_looks.last_at >= certified.until_date
                then 1
            else 0
        end as is_compared
    from certified
    cross join days
    cross join known_commits
    cross join last_looks
    left join commit_counts on certified.person_id = commit_counts.person_id
    where certified.is_github_user = 1
    union all
    select
        certified.person_id,
        'pushes',
        certified.certified_date,
        coalesce(push_counts.count_before, 0),
        coalesce(push_counts.count_after, 0),
        coalesce(covered.hours_before, 0),
        coalesce(covered.hours_after, 0),
        case
            when
                covered.hours_before >= least.window_hours
                and covered.hours_after >= least.window_hours
                then 1
            else 0
        end
    from certified
    cross join least
    inner join actors on certified.person_id = actors.person_id
    left join covered on certified.certified_date = covered.certified_date
    left join push_counts on certified.person_id = push_counts.person_id
),

final as (
    select
        person_id,
        activity,
        count_before,
        count_after,
        hours_before,
        hours_after,
        case
            when is_compared = 1
                then cast(count_before as double) * 168 / hours_before
        end as weekly_before,
        case
            when is_compared = 1
                then cast(count_after as double) * 168 / hours_after
        end as weekly_after,
        is_compared,
        certified_date
    from measured
)

select * from final;
