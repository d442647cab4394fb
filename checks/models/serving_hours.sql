-- One row per hour between the first and the last request: how many there were, and how many usual.

with

hours as (

    select
        request_logs.serve_hour as hour,
        cast(count(*) as double) as n_requests
    from {{ ref('request_logs') }} as request_logs
    group by request_logs.serve_hour

),

span as (

    -- the hours in which the log starts and ends are cut
    select
        min(hours.hour) as first_hour,
        max(hours.hour) - min(hours.hour) - 1 as n_hours
    from hours

),

digits as (

    select digits.digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as digits(digit)

),

numbers as (

    select
        ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit
        + 10000 * more.digit as nth
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands
    cross join digits as more

),

calendar as (

    -- an hour without a single row is the one to be found
    select
        span.first_hour + 1 + numbers.nth as hour
    from span
    join numbers on span.n_hours > numbers.nth

),

filled as (

    select
        calendar.hour,
        -- a log of some weeks knows what is usual on a Sunday
        case
            when span.n_hours >= 168 * {{ var('gap_weeks') }} - 2
                then calendar.hour - 168 * floor(calendar.hour / 168.0)
            else calendar.hour - 24 * floor(calendar.hour / 24.0)
        end as usual_hour,
        coalesce(hours.n_requests, 0.0) as n_requests
    from calendar
    cross join span
    left join hours on calendar.hour = hours.hour

),

ranked as (

    select
        filled.usual_hour,
        filled.n_requests,
        row_number() over (
            partition by filled.usual_hour
            order by filled.n_requests, filled.hour
        ) as nth,
        count(*) over (partition by filled.usual_hour) as n_days
    from filled

),

usual as (

    select
        ranked.usual_hour,
        avg(ranked.n_requests) as n_usual
    from ranked
    where
        ranked.nth in (
            floor(cast(ranked.n_days + 1 as double) / 2.0),
            ceil(cast(ranked.n_days + 1 as double) / 2.0)
        )
    group by ranked.usual_hour

)

select
    filled.hour,
    filled.n_requests,
    usual.n_usual,
    case
        when
            filled.n_requests < {{ var('gap_fraction') }} * usual.n_usual
            and usual.n_usual - filled.n_requests > {{ var('gap_sigmas') }} * sqrt(usual.n_usual)
            then 1
        -- an hour that is usually this quiet cannot show a gap
        when usual.n_usual > {{ var('gap_sigmas') }} * {{ var('gap_sigmas') }} then 0
    end as is_gap
from filled
join usual on filled.usual_hour = usual.usual_hour
