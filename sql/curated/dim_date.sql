-- dim_date, version 1
-- One row per day from 2011-01-01 to 2035-12-31, with its ISO 8601 week.
-- owner: learning-analytics

create table dim_date (
    ---------- keys
    date            text    primary key  -- YYYY-MM-DD
        constraint dates_are_days check (length(date) = 10),
    ---------- text
    day_name        text    not null,  -- Monday to Sunday
    month_name      text    not null,  -- January to December
    ---------- numbers
    year            integer not null,  -- 2011 to 2035
    quarter         integer not null   -- of the year, 1 to 4
        constraint quarters_are_four check (quarter between 1 and 4),
    month           integer not null  -- of the year, 1 to 12
        constraint months_are_twelve check (month between 1 and 12),
    day             integer not null,  -- of the month, from 1
    day_of_year     integer not null,  -- from 1
    day_of_week     integer not null  -- 1 is Monday, 7 Sunday
        constraint days_of_week_are_seven check (day_of_week between 1 and 7),
    iso_year        integer not null,  -- the year that the ISO week belongs to
    iso_week        integer not null   -- week 1 has the year's first Thursday
        constraint iso_weeks_are_53 check (iso_week between 1 and 53),
    ---------- booleans
    is_weekend      integer not null  -- 1 on Saturday and Sunday
        constraint is_weekend_is_boolean check (is_weekend in (0, 1)),
    ---------- times
    week_date       text    not null,  -- the Monday of its week
    month_date      text    not null   -- the first day of its month
) strict, without rowid;

with

digits (digit) as (
    values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)
),

numbers as (
    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit
        + 1000 * thousands.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
),

days as (
    select date_add('day', number, date('2011-01-01')) as day_date
    from numbers
    where number <= date_diff('day', date('2011-01-01'), date('2035-12-31'))
),

final as (
    select
        day_date as date,
        case day_of_week(day_date)
            when 1 then 'Monday'
            when 2 then 'Tuesday'
            when 3 then 'Wednesday'
            when 4 then 'Thursday'
            when 5 then 'Friday'
            when 6 then 'Saturday'
            else 'Sunday'
        end as day_name,
        case month(day_date)
            when 1 then 'January'
            when 2 then 'February'
            when 3 then 'March'
            when 4 then 'April'
            when 5 then 'May'
            when 6 then 'June'
            when 7 then 'July'
            when 8 then 'August'
            when 9 then 'September'
            when 10 then 'October'
            when 11 then 'November'
            else 'December'
        end as month_name,
        year(day_date) as year,
        quarter(day_date) as quarter,
        month(day_date) as month,
        day(day_date) as day,
        day_of_year(day_date) as day_of_year,
        day_of_week(day_date) as day_of_week,
        year_of_week(day_date) as iso_year,
        week(day_date) as iso_week,
        case when day_of_week(day_date) >= 6 then 1 else 0 end as is_weekend,
        date_trunc('week', day_date) as week_date,
        date_trunc('month', day_date) as month_date
    from days
)

select * from final
