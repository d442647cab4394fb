-- One row per day and category of the front page: what all people wanted up to that morning.

with

daily as (

    select
        categories.category_no,
        days.number as day,
        count(logged.event_id) as n_events
    from categories
    join numbers as days on days.number <= {{ world.days }}
    left join logged
        on categories.category_no = logged.category_no
        and days.number = whole(logged.ingested_us, {{ world.day_us }}) + 1
    group by categories.category_no, days.number

),

so_far as (

    select
        category_no,
        day,
        sum(n_events) over (partition by category_no order by day) as n_events
    from daily

),

ranked as (

    select
        day,
        category_no,
        row_number() over (partition by day order by n_events desc, category_no) as place
    from so_far

)

select
    day,
    category_no,
    place
from ranked
where place <= {{ 2 * world.list_categories }}
