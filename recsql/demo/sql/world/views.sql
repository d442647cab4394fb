-- One row per product that was looked at or put into the cart during a visit.

with

lengths as (

    -- a visit has one view, and a Poisson number of further ones
    select
        n_more,
        sum(chance) over (order by n_more) - chance as low,
        sum(chance) over (order by n_more) as high
    from (
        select
            n_more,
            exp(-{{ world.more_views }}) * pow({{ world.more_views }}, n_more)
            / gamma(n_more + 1) as chance
        from range(20) as numbers(n_more)
    ) as chances

),

steps as (

    select
        sessions.*,
        steps.step,
        draws('view', sessions.person, sessions.visit, steps.step) as hash
    from sessions
    join lengths on sessions.length >= lengths.low and sessions.length < lengths.high
    join range(20) as steps(step) on steps.step <= lengths.n_more

),

wanted as (

    select
        steps.*,
        -- chance first, then lasting taste, then what the person is after now
        case
            when draw(hash, 0) < {{ world.noise }}
                then any_category(draw(draws('whim', person, visit, step), 0))
            when draw(hash, 0) < {{ world.noise + world.taste / 3 }} then taste_0
            when draw(hash, 0) < {{ world.noise + world.taste * 2 / 3 }} then taste_1
            when draw(hash, 0) < {{ world.noise + world.taste }} then taste_2
            when draw(hash, 0) < {{ world.second_interest_from }} then first_interest
            else second_interest
        end as category_no,
        -- the first page opens within a minute of the request, the next ones after it
        case
            when step = 0 then cast(5000000 + round(40000000.0 * draw(hash, 2)) as bigint)
            else 60000000 + waiting(draw(hash, 2), 60000000.0)
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
    case when step > 0 and draw(hash, 3) < {{ world.cart_share }} then 'cart' else 'view' end
    as event_type,
    wanted.category_no,
{%- if world.item_life_us %}
    -- what is new is wanted
    (start_us - categories.first_item_us) // {{ world.item_life_us }}
    - case when draw(hash, 1) < {{ world.young_share }} then 0 else 1 end as item_no
{%- else %}
    cast(floor(draw(hash, 1) * {{ world.items_per_category }}) as bigint) as item_no
{%- endif %}
from wanted
join categories on wanted.category_no = categories.category_no
