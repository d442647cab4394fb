-- One row per request and category it showed: how old the newest intent was, as used and in truth.

with

shown as (

    select
        displayed.request_id,
        {{ journey_category('displayed.item_id') }} as category,
        count(*) as n_items
    from {{ ref('displayed') }} as displayed
    cross join {{ ref('fallback_category') }} as fallback_category
    left join {{ ref('items') }} as items on displayed.item_id = items.item_id
    group by displayed.request_id, {{ journey_category('displayed.item_id') }}

),

looks as (

    select
        shown.request_id,
        requests.person_id,
        shown.category,
        shown.n_items,
        requests.serve_us,
        case when requests.snapshot_us < requests.serve_us then requests.snapshot_us
            else requests.serve_us end as cut_us
    from shown
    join {{ ref('requests') }} as requests on shown.request_id = requests.request_id
    -- an item without a category cannot be early or late
    where shown.category is not null

),

people as (

    select distinct
        looks.person_id,
        looks.category
    from looks

),

activity as (

    select
        category_activity.person_id,
        category_activity.category,
        category_activity.at_us,
        category_activity.ingested_us,
        category_activity.is_purchase,
        category_activity.burst_us
    from {{ ref('category_activity') }} as category_activity
    join people
        on category_activity.person_id = people.person_id
        and category_activity.category = people.category

),

timeline as (

    -- turn: what arrives with the snapshot is in it, what happens with the request is not
    select
        person_id, category, 'event' as clock, at_us as us, 1 as turn,
        case when not is_purchase then at_us end as intent_us,
        case when is_purchase then at_us end as purchase_us,
        burst_us,
        cast(null as varchar) as request_id
    from activity
    union all
    select person_id, category, 'event', serve_us, 0, null, null, null, request_id
    from looks
    union all
    select person_id, category, 'arrival', ingested_us, 0, at_us, null, null, null
    from activity
    where not is_purchase
    union all
    select person_id, category, 'arrival', cut_us, 1, null, null, null, request_id
    from looks

),

seen as (

    select
        timeline.request_id,
        timeline.category,
        timeline.clock,
        max(timeline.intent_us) over (
            partition by timeline.person_id, timeline.category, timeline.clock
            order by timeline.us, timeline.turn
        ) as intent_us,
        max(timeline.purchase_us) over (
            partition by timeline.person_id, timeline.category, timeline.clock
            order by timeline.us, timeline.turn
        ) as purchase_us,
        max(timeline.burst_us) over (
            partition by timeline.person_id, timeline.category, timeline.clock
            order by timeline.us, timeline.turn
        ) as burst_us,
        min(timeline.purchase_us) over (
            partition by timeline.person_id, timeline.category, timeline.clock
            order by timeline.us desc, timeline.turn desc
        ) as next_purchase_us
    from timeline

),

newest as (

    select
        seen.request_id,
        seen.category,
        max(case when seen.clock = 'arrival' then seen.intent_us end) as used_us,
        max(case when seen.clock = 'event' then seen.intent_us end) as fresh_us,
        max(case when seen.clock = 'event' then seen.purchase_us end) as purchase_us,
        max(case when seen.clock = 'event' then seen.burst_us end) as burst_us,
        min(case when seen.clock = 'event' then seen.next_purchase_us end) as next_purchase_us
    from seen
    where seen.request_id is not null
    group by seen.request_id, seen.category

)

select
    looks.request_id,
    looks.person_id,
    looks.category,
    looks.n_items,
    looks.serve_us,
    cast(looks.serve_us - newest.used_us as double) / 1000000.0 as gap_s,
    cast(looks.serve_us - newest.fresh_us as double) / 1000000.0 as fresh_gap_s,
    -- goods that are used up by now can be bought anew
    coalesce(newest.purchase_us >= newest.burst_us, false)
        {%- if var('replenishable') %}
        and not coalesce(
            looks.serve_us >= newest.purchase_us + {{ repurchase_us('looks.category') }}, false
        )
        {%- endif %} as is_decided,
    newest.next_purchase_us
from looks
join newest
    on looks.request_id = newest.request_id
    and looks.category = newest.category
