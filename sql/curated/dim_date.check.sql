-- check: every_day_of_25_years_is_there
-- 25 years, seven of them with a 29 February.
select count(*) as days, min(date) as first_date, max(date) as last_date
from dim_date
having
    count(*) <> 9131
    or min(date) <> '2011-01-01'
    or max(date) <> '2035-12-31';

-- check: a_week_has_seven_days
select iso_year, iso_week, count(*) as days
from dim_date
where week_date between '2011-01-03' and '2035-12-24'
group by iso_year, iso_week
having count(*) <> 7;
