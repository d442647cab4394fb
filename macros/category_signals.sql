{% macro category_signals() -%}
(
    select person_id, category, signal_id, event_type, at_us, ingested_us, is_purchase
    from (
        select person_events.person_id,
            {{ journey_category('person_events.item_id', 'person_events.category') }} as category,
            person_events.event_id as signal_id, person_events.event_type,
            person_events.event_us as at_us, person_events.ingested_us, 0 as is_purchase
        from {{ ref('person_events') }} as person_events
        cross join {{ ref('fallback_category') }} as fallback_category
        left join {{ ref('items') }} as items on person_events.item_id = items.item_id
        where person_events.event_type in {{ var('intent_types') }}
        union all
        select purchases.person_id, purchases.category, purchases.outcome_id as signal_id,
            'purchase' as event_type, purchases.purchase_us as at_us,
            purchases.purchase_us as ingested_us, 1 as is_purchase
        from {{ ref('purchases') }} as purchases
        where not purchases.is_void
    ) as found
    where person_id is not null and category is not null
)
{%- endmacro %}
