-- One row per event of an account, numbered in order.

with

known as (

    select
        key,
        min(user_id) as user_id
    from events
    where is_logged_in
    group by key

)

select
    known.user_id as profile_id,
    logged.event_us as arrived_us,
    logged.event_us,
    logged.category_no,
    row_number() over (
        partition by known.user_id
        order by logged.event_us, logged.event_id
    ) as nth
from logged
join known on logged.key = known.key
