-- check: every_event_is_kept
-- Each id and time that any loaded file holds is a row.
select stg_gharchive__events.row_id
from stg_gharchive__events
left join fct_github_events
    on
        stg_gharchive__events.event_id = fct_github_events.event_id
        and stg_gharchive__events.happened_at = fct_github_events.action_time
where
    stg_gharchive__events.row_id >= :since_row
    and fct_github_events.event_id is null;

-- check: every_event_has_its_load_in_the_ledger
-- Without it an event has no hour and could not be placed among its copies.
select distinct stg_gharchive__events.load_id
from stg_gharchive__events
where
    stg_gharchive__events.row_id >= :since_row
    and stg_gharchive__events.load_id not in (
        select stg_gharchive__loads.load_id from stg_gharchive__loads
    );

-- check: a_name_stands_only_where_there_is_no_id
-- scope: touched
select event_id, action_time
from fct_github_events
where
    (actor_id is not null and actor_login is not null)
    or (repo_id is not null and repo_name is not null)
    or (org_id is not null and org_login is not null);

-- check: id_not_null
-- scope: touched
-- Files of the Events era, named by UTC from 2015 on, give every event an id; a
-- negative one is a hash. Hours that a Pacific file shares are left out.
select
    fct_github_events.event_id,
    fct_github_events.action_time,
    fct_github_events.archive_hour_id
from fct_github_events
inner join dim_archive_hours
    on fct_github_events.archive_hour_id = dim_archive_hours.archive_hour_id
where
    fct_github_events.event_id < 0
    and dim_archive_hours.slice_start_at >= '2015-01-01'
    and dim_archive_hours.slice_start_at not in (
        select stg_gharchive__loads.slice_start_at
        from stg_gharchive__loads
        where stg_gharchive__loads.file_name < '2015'
    );

-- check: time_in_window
-- severity: warn
-- scope: touched
-- Less than 1 % of an hour's events happened over an hour before or after it.
with

-- Windows begin and end with an hour, so events are counted by it, and read once.
hours as (
    select
        archive_hour_id,
        substr(action_time, 1, 13) || ':00:00Z' as hour_at,
        count(*) as event_count
    from fct_github_events
    group by 1, 2
),

read_hours as (
    select archive_hour_id, slice_start_at
    from dim_archive_hours
    where archive_hour_id in (select archive_hour_id from hours)
),

-- The moments are computed here, once a load and not once an event.
loads as (
    select
        slice_start_at,
        date_add('hour', -1, slice_start_at) as from_at,
        date_add('hour', 1, max(slice_end_at)) as until_at
    from stg_gharchive__loads
    where slice_start_at in (select slice_start_at from read_hours)
    group by slice_start_at
),

windows as (
    select
        read_hours.archive_hour_id,
        loads.from_at,
        loads.until_at
    from read_hours
    inner join loads on read_hours.slice_start_at = loads.slice_start_at
),

counted as (
    select
        hours.archive_hour_id,
        sum(hours.event_count) as event_count,
        sum(
            case
                when hours.hour_at < windows.from_at then hours.event_count
                when hours.hour_at >= windows.until_at then hours.event_count
                else 0
            end
        ) as outside_count
    from hours
    inner join windows on hours.archive_hour_id = windows.archive_hour_id
    group by hours.archive_hour_id
)

select archive_hour_id, event_count, outside_count
from counted
where outside_count * 100 >= event_count;

-- check: unknown_type
-- severity: info
-- scope: touched
-- A type of event that GitHub has not sent before.
select type, count(*) as event_count
from fct_github_events
where
    type not in (
        'CommitCommentEvent', 'CreateEvent', 'DeleteEvent', 'DiscussionEvent',
        'DownloadEvent', 'FollowEvent', 'ForkApplyEvent', 'ForkEvent', 'GistEvent',
        'GollumEvent', 'IssueCommentEvent', 'IssuesEvent', 'MemberEvent',
        'PublicEvent', 'PullRequestEvent', 'PullRequestReviewCommentEvent',
        'PullRequestReviewEvent', 'PullRequestReviewThreadEvent', 'PushEvent',
        'ReleaseEvent', 'SponsorshipEvent', 'TeamAddEvent', 'WatchEvent'
    )
group by type;
