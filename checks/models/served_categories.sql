-- One row per request and category it showed: how old the newest intent was, as used and in truth.

with

pairs as (

    select looks.pair, looks.person_id, looks.category, min(looks.cut_us) as first_us
    from {{ ref('category_looks') }} as looks
    group by looks.pair, looks.person_id, looks.category

),

activity as (

    select
        pairs.pair, category_activity.at_us, category_activity.ingested_us,
        case when not category_activity.is_purchase then category_activity.at_us end as intent_us,
        case when category_activity.is_purchase then category_activity.at_us end as purchase_us,
        category_activity.burst_us, pairs.first_us
    from {{ ref('category_activity') }} as category_activity
    join pairs
        on category_activity.person_id = pairs.person_id
        and category_activity.category = pairs.category

),

arrived as (

    select activity.pair, activity.ingested_us, activity.intent_us, activity.first_us
    from activity
    where activity.intent_us is not null

),

timeline as (

    -- turn: what arrives with the snapshot is in it, what happens with the request is not
    select
        events.pair, 'event' as clock, events.us, 1 as turn,
        events.intent_us, events.purchase_us, events.burst_us,
        cast(null as varchar) as request_id,
        cast(null as bigint) as n_items,
        cast(null as bigint) as serve_us
    from ({{
        past_in_one('activity', ['pair'], 'at_us', ['intent_us', 'purchase_us', 'burst_us'])
    }}) as events
    union all
    select pair, 'event', serve_us as us, 0, null, null, null, request_id, n_items, serve_us
    from {{ ref('category_looks') }} as looks
    union all
    select pair, 'arrival', us, 0, intent_us, null, null, null, null, null
    from ({{ past_in_one('arrived', ['pair'], 'ingested_us', ['intent_us']) }}) as arrivals
    union all
    select pair, 'arrival', cut_us, 1, null, null, null, request_id, n_items, serve_us
    from {{ ref('category_looks') }} as looks

),

seen as (

    select
        request_id, pair, clock, n_items, serve_us,
        {%- for name in ['intent_us', 'purchase_us', 'burst_us'] %}
        max({{ name }}) over (
            partition by pair, clock order by us, turn
            rows between unbounded preceding and current row
        ) as {{ name }},
        {%- endfor %}
        min(purchase_us) over (
            partition by pair, clock order by us, turn
            rows between current row and unbounded following
        ) as next_purchase_us
    from timeline

),

newest as (

    select
        request_id, pair,
        max(n_items) as n_items,
        max(serve_us) as serve_us,
        max(case when clock = 'arrival' then intent_us end) as used_us,
        max(case when clock = 'event' then intent_us end) as fresh_us,
        max(case when clock = 'event' then purchase_us end) as purchase_us,
        max(case when clock = 'event' then burst_us end) as burst_us,
        min(case when clock = 'event' then next_purchase_us end) as next_purchase_us
    from seen
    where request_id is not null
    group by request_id, pair

)

select
    newest.request_id,
    pairs.person_id,
    pairs.category,
    newest.n_items,
    newest.serve_us,
    -- when the decision began that was going on, if any ever was
    newest.burst_us as start_us,
    cast(newest.serve_us - newest.used_us as double) / 1000000.0 as gap_s,
    cast(newest.serve_us - newest.fresh_us as double) / 1000000.0 as fresh_gap_s,
    -- goods that are used up by now can be bought anew
    coalesce(newest.purchase_us >= newest.burst_us, false)
        {%- if var('replenishable') %}
        and not coalesce(
            newest.serve_us >= newest.purchase_us + {{ repurchase_us('pairs.category') }}, false
        )
        {%- endif %} as is_decided,
    newest.next_purchase_us
from newest
join pairs on newest.pair = pairs.pair
