-- One row per product that was looked at or put into the cart during a visit.

with

lengths as (

    -- a visit has one view, and a Poisson number of further ones
    select
        n_more,
        low,
        high
    from (
        values
            {% for n_more, low, high in world.lengths %}({{ n_more }}, {{ low }}, {{ high }})
            {%- if not loop.last %}, {% endif %}{% endfor %}
    ) as spans(n_more, low, high)

),

steps as (

    select
        sessions.person,
        sessions.visit,
        sessions.session_id,
        sessions.key,
        sessions.surface,
        sessions.user_id,
        sessions.is_logged_in,
        sessions.start_us,
        sessions.first_interest,
        sessions.second_interest,
        sessions.taste_0,
        sessions.taste_1,
        sessions.taste_2,
        numbers.number as step,
        draws('view', sessions.person, sessions.visit, numbers.number) as hash
    from sessions
    join lengths on sessions.length >= lengths.low and sessions.length < lengths.high
    join numbers on numbers.number <= lengths.n_more

),

wanted as (

    select
        steps.*,
        -- chance first, then lasting taste, then what the person is after now
        case
            when draw(hash, 0) < {{ world.noise | parts }}
                then any_category(draw(draws('whim', person, visit, step), 0))
            when draw(hash, 0) < {{ (world.noise + world.taste / 3) | parts }} then taste_0
            when draw(hash, 0) < {{ (world.noise + world.taste * 2 / 3) | parts }} then taste_1
            when draw(hash, 0) < {{ (world.noise + world.taste) | parts }} then taste_2
            when draw(hash, 0) < {{ world.second_interest_from | parts }} then first_interest
            else second_interest
        end as category_no,
        -- the first page opens within a minute of the request, the next ones after it
        case
            when step = 0 then cast(floor(5000000.5 + 40000000.0 * unit(draw(hash, 2))) as bigint)
            else 60000000 + waiting(draw(hash, 2), {{ 60000000 | tick }})
        end as wait_us
    from steps

)

select
    person,
    visit,
    session_id || '-' || cast(step as varchar) as event_id,
    step,
    session_id,
    key,
    surface,
    user_id,
    is_logged_in,
    start_us + cast(sum(wait_us) over (partition by person, visit order by step) as bigint)
    as event_us,
    case when step > 0 and draw(hash, 3) < {{ world.cart_share | parts }} then 'cart' else 'view' end
    as event_type,
    wanted.category_no,
{%- if world.item_life_us %}
    -- what is new is wanted
    whole(start_us - categories.first_item_us, {{ world.item_life_us }})
    - case when draw(hash, 1) < {{ world.young_share | parts }} then 0 else 1 end as item_no
{%- else %}
    whole(draw(hash, 1) * {{ world.items_per_category }}, 4294967296) as item_no
{%- endif %}
from wanted
join categories on wanted.category_no = categories.category_no
