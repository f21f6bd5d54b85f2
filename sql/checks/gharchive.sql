-- check: hour_completeness
-- severity: warn
-- Between the first and the last hour loaded no file failed or was passed over, and
-- every hour has one. Absent files are known: their state is missing.
with

bounds as (
    select min(slice_start_at) as first_at, max(slice_start_at) as last_at
    from stg_gharchive__slices
    where state = 'loaded'
),

slices as (
    select
        file_name,
        state,
        slice_start_at,
        max(slice_end_at) over (
            order by slice_start_at
            rows between unbounded preceding and 1 preceding
        ) as covered_until
    from stg_gharchive__slices
)

select slices.file_name, slices.state, slices.covered_until, slices.slice_start_at
from slices
cross join bounds
where
    slices.slice_start_at between bounds.first_at and bounds.last_at
    and (
        slices.state in ('expected', 'running', 'failed', 'source_gone')
        or (
            slices.slice_start_at > bounds.first_at
            and slices.covered_until < slices.slice_start_at
            -- No name stands for the hours of the switch to Pacific time.
            and slices.covered_until <> '2012-03-11T00:00:00Z'
        )
    );

-- check: row_count_band
-- severity: warn
-- An hour has between 0.3 and 3 times the rows of the median of its hour, one to
-- four weeks before.
with

hours as (
    select
        file_name,
        row_count,
        date_diff('hour', '2011-01-01T00:00:00Z', slice_start_at) as hour_number
    from stg_gharchive__slices
    where state in ('loaded', 'empty')
),

-- A week has 168 hours: those of one time of the week, the four before in a frame.
framed as (
    select
        file_name,
        row_count,
        count(*) over earlier as hour_count,
        sum(row_count) over earlier as row_sum,
        min(row_count) over earlier as least_count,
        max(row_count) over earlier as greatest_count
    from hours
    window earlier as (
        partition by hour_number % 168
        order by hour_number
        range between 672 preceding and 1 preceding
    )
),

-- The median of up to four is the mean of those between the least and the greatest;
-- there are more only where two files share an hour.
medians as (
    select
        file_name,
        row_count,
        case
            when hour_count < 3 then cast(row_sum as double) / hour_count
            else cast(row_sum - least_count - greatest_count as double) / (hour_count - 2)
        end as median_count
    from framed
    where hour_count > 0
)

select file_name, row_count, median_count
from medians
where
    row_count * 10 < median_count * 3
    or row_count > median_count * 3;

-- check: duplicate_rate
-- severity: warn
-- At most 5 % of a file's records are copies within it.
select file_name, duplicate_count, record_count
from stg_gharchive__slices
where duplicate_count * 20 > record_count;

-- check: cast_failures
-- Less than 0.1 % of a file's records could not be read, or no more than 10. Above
-- max_rejects (the same, by default) the load itself fails; this stops what a
-- higher limit let in.
select file_name, rejected_count, record_count
from stg_gharchive__slices
where
    state = 'loaded'
    and rejected_count > 10
    and rejected_count * 1000 >= record_count;
