-- One row per event of a person: its topic, and its number in the order in which they happened.

with

named as (

    -- where nothing has a category, every item is a topic of its own
    select
        person_events.person_id,
        person_events.event_id,
        person_events.item_id,
        person_events.event_us,
        case
            when fallback_category.category is null
                then coalesce(person_events.category, items.category)
            else person_events.item_id
        end as topic
    from {{ ref('person_events') }} as person_events
    cross join {{ ref('fallback_category') }} as fallback_category
    left join {{ ref('items') }} as items on person_events.item_id = items.item_id

)

select
    named.person_id,
    named.topic,
    named.event_us,
    row_number() over (
        partition by named.person_id
        order by named.event_us, named.event_id nulls last, named.topic
    ) as nth,
    lag(named.event_us) over (
        partition by named.person_id
        order by named.event_us, named.event_id nulls last, named.topic
    ) as previous_us
from named
where named.topic is not null and named.person_id is not null
