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

pairs as (

    -- numbers sort faster than names
    select
        person_id, category,
        row_number() over (order by person_id, category) as pair
    from (select distinct person_id, category from looks) as people

),

numbered as (

    select pairs.pair, looks.request_id, looks.n_items, looks.serve_us, looks.cut_us
    from looks
    join pairs on looks.person_id = pairs.person_id and looks.category = pairs.category

),

activity as (

    select
        pairs.pair, category_activity.at_us, category_activity.ingested_us,
        case when not category_activity.is_purchase then category_activity.at_us end as intent_us,
        case when category_activity.is_purchase then category_activity.at_us end as purchase_us,
        category_activity.burst_us, firsts.first_us
    from {{ ref('category_activity') }} as category_activity
    join pairs
        on category_activity.person_id = pairs.person_id
        and category_activity.category = pairs.category
    join (select pair, min(cut_us) as first_us from numbered group by pair) as firsts
        on pairs.pair = firsts.pair

),

timeline as (

    -- turn: what arrives with the snapshot is in it, what happens with the request is not;
    -- all that was there before the first look is one row: sorting it would tell no more
    select
        pair, 'event' as clock, max(at_us) as us, 1 as turn,
        max(intent_us) as intent_us,
        max(purchase_us) as purchase_us,
        max(burst_us) as burst_us,
        cast(null as varchar) as request_id,
        cast(null as bigint) as n_items,
        cast(null as bigint) as serve_us
    from activity
    where at_us < first_us
    group by pair
    union all
    select pair, 'event', at_us, 1, intent_us, purchase_us, burst_us, null, null, null
    from activity
    where at_us >= first_us
    union all
    select
        pair, 'event', serve_us as us, 0, null, null, null, request_id, n_items, serve_us
    from numbered
    union all
    select pair, 'arrival', max(ingested_us), 0, max(intent_us), null, null, null, null, null
    from activity
    where ingested_us < first_us and intent_us is not null
    group by pair
    union all
    select pair, 'arrival', ingested_us, 0, intent_us, null, null, null, null, null
    from activity
    where ingested_us >= first_us and intent_us is not null
    union all
    select pair, 'arrival', cut_us, 1, null, null, null, request_id, n_items, serve_us
    from numbered

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
