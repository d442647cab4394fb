-- One row per intent event or kept purchase of a person in a category, in bursts.

with

signals as (

    select
        person_events.person_id,
        coalesce(person_events.category, items.category, fallback_category.category) as category,
        person_events.event_id as signal_id,
        person_events.event_type,
        person_events.event_us as at_us,
        person_events.ingested_us,
        0 as is_purchase
    from {{ ref('person_events') }} as person_events
    cross join {{ ref('fallback_category') }} as fallback_category
    left join {{ ref('items') }} as items on person_events.item_id = items.item_id
    where person_events.event_type in {{ var('intent_types') }}
    union all
    select
        purchases.person_id,
        purchases.category,
        purchases.outcome_id as signal_id,
        'purchase' as event_type,
        purchases.purchase_us as at_us,
        purchases.purchase_us as ingested_us,
        1 as is_purchase
    from {{ ref('purchases') }} as purchases
    where not purchases.is_void

),

spaced as (

    select
        signals.person_id,
        signals.category,
        signals.event_type,
        signals.at_us,
        signals.ingested_us,
        signals.is_purchase,
        row_number() over (
            partition by signals.person_id, signals.category
            order by signals.at_us, signals.is_purchase, signals.signal_id nulls last
        ) as nth,
        lag(signals.at_us) over (
            partition by signals.person_id, signals.category
            order by signals.at_us, signals.is_purchase, signals.signal_id nulls last
        ) as previous_us
    from signals
    where signals.person_id is not null and signals.category is not null

)

select
    spaced.person_id,
    spaced.category,
    spaced.event_type,
    spaced.at_us,
    spaced.ingested_us,
    spaced.is_purchase = 1 as is_purchase,
    spaced.nth,
    -- when the burst that this belongs to began
    max(
        case
            when spaced.previous_us is null
                or spaced.at_us - spaced.previous_us > {{ var_us('journey_gap') }}
                then spaced.at_us
        end
    ) over (
        partition by spaced.person_id, spaced.category
        order by spaced.nth
        rows between unbounded preceding and current row
    ) as burst_us
from spaced
