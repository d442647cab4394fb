-- One row per event: everything that happened, as it happened.

with

happened as (

    select
        person, event_id, session_id, key, surface, user_id, is_logged_in, event_us, event_type,
        category_no, item_no
    from views
    union all
    select
        person, order_id, session_id, key, surface, user_id, is_logged_in, event_us, 'purchase',
        category_no, item_no
    from purchases

)

select
    happened.person,
    happened.event_id,
    happened.session_id,
    happened.key,
    happened.surface,
    happened.user_id,
    happened.is_logged_in,
    happened.event_us,
    happened.event_type,
    happened.category_no,
    items.category,
    items.item_id,
    draws('transport', happened.event_id, 0, 0) as hash
from happened
join items
    on happened.category_no = items.category_no
    and happened.item_no = items.item_no
where happened.event_us < {{ world.end_us }}
