-- One row per purchase, and per click on a listed item.

with

landings as (

    -- the first page of a visit, where the visit's list held it
    select
        shown.request_id,
        views.event_us,
        views.key,
        shown.item_id,
        draws('click', views.person, views.visit, 0) as hash
    from requests
    join views on requests.session_id = views.session_id and views.step = 0
    join shown
        on requests.request_id = shown.request_id
        and views.category_no = shown.category_no
        and views.item_no = shown.item_no

),

outcomes as (

    -- a listed item is as often reached by search: the list does not make anybody want it
    select
        'c' || request_id as outcome_id,
        key,
        cast(null as varchar) as user_id,
        event_us,
        'click' as type,
        item_id,
        cast(null as double) as revenue,
        cast(null as bigint) as cancelled_us,
        cast(null as bigint) as returned_us,
        request_id
    from landings
    where draw(hash, 0) < {{ world.click_share | parts }}
    union all
    select
        'c' || event_id,
        key,
        null,
        event_us,
        'click',
        item_id,
        null,
        null,
        null,
        request_id
    from caused
    union all
    select
        purchases.order_id,
        purchases.key,
        case when purchases.is_logged_in then purchases.user_id end,
        purchases.event_us,
        'purchase',
        items.item_id,
        cast(items.cents as double) / 100.0,
        purchases.cancelled_us,
        purchases.returned_us,
        null
    from purchases
    join items
        on purchases.category_no = items.category_no
        and purchases.item_no = items.item_no
    where purchases.event_us < {{ world.end_us }}

)

select
    outcome_id,
    key,
    user_id,
    moment(event_us) as ts,
    type,
    item_id,
    revenue,
    -- the future is not in the warehouse yet
    case when cancelled_us < {{ world.end_us }} then moment(cancelled_us) end as cancelled_ts,
    case when returned_us < {{ world.end_us }} then moment(returned_us) end as returned_ts,
    request_id
from outcomes
order by event_us, outcome_id
