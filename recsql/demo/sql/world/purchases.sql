-- One row per purchase: a cart that the person came back to after thinking about it.

with

decided as (

    select
        views.person,
        views.event_id,
        views.category_no,
        views.item_no,
        views.event_us + waiting(
            draw(draws('decision', views.person, views.visit, views.step), 0),
            whole(categories.decision_us, 65536)
        ) as decided_us,
        draws('order', views.person, views.visit, views.step) as hash
    from views
    join categories on views.category_no = categories.category_no
    where
        views.event_type = 'cart'
        and draw(draws('decision', views.person, views.visit, views.step), 1)
        < {{ world.purchase_share | parts }}

),

returns as (

    select
        decided.event_id,
        min(sessions.visit) as visit
    from decided
    join sessions
        on decided.person = sessions.person
        and decided.decided_us <= sessions.start_us
    group by decided.event_id

),

bought as (

    -- the next visit after the decision is where it is bought
    select
        decided.event_id,
        decided.hash,
        decided.category_no,
        decided.item_no,
        sessions.session_id,
        sessions.person,
        sessions.key,
        sessions.surface,
        sessions.user_id,
        sessions.is_logged_in,
        sessions.start_us
    from decided
    join returns on decided.event_id = returns.event_id
    join sessions on decided.person = sessions.person and returns.visit = sessions.visit

)

select
    'o' || event_id as order_id,
    session_id,
    person,
    key,
    surface,
    user_id,
    is_logged_in,
    start_us + 300000000 + waiting(draw(hash, 0), {{ 120000000 | tick }}) as event_us,
    category_no,
    item_no,
    -- most cancellations come within a day, most returns within two weeks
    case
        when draw(hash, 1) < {{ world.cancelled_share | parts }}
            then start_us + 900000000 + waiting(draw(hash, 2), {{ world.day_us | tick }})
    end as cancelled_us,
    case
        when draw(hash, 1) >= {{ (1.0 - world.returned_share) | parts }}
            then start_us + 3 * {{ world.day_us }} + waiting(draw(hash, 3), {{ (5 * world.day_us) | tick }})
    end as returned_us
from bought
