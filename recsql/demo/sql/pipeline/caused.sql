-- One row per visit that began with a listed item, opened for no other reason than being listed.

with

swayed as (

    select
        sessions.*,
        draws('exposure', sessions.person, sessions.visit, 0) as hash
    from sessions

)

select
    swayed.person,
    'x' || shown.request_id as event_id,
    swayed.session_id,
    swayed.key,
    swayed.surface,
    swayed.user_id,
    swayed.is_logged_in,
    -- before any page that the person came for
    swayed.start_us + 1500000 as event_us,
    'view' as event_type,
    shown.category_no,
    shown.item_no,
    items.category,
    shown.item_id,
    shown.request_id
from swayed
join shown
    on 'r' || substr(swayed.session_id, 2) = shown.request_id
    and shown.position = 1 + whole(draw(swayed.hash, 1) * {{ world.k }}, 4294967296)
join items on shown.item_id = items.item_id
where draw(swayed.hash, 0) < {{ world.exposure_share | parts }}
