-- One row per event and pipeline (0 = as it is, 1 = as planned): when it became usable there.

with

engagement as (

    select
        person_events.key,
        items.item_number as item,
        items.category_number as category,
        coalesce(
            person_events.session_id,
            person_events.person_id || ' ' || cast({{ epoch_day('person_events.event_us') }} as varchar)
        ) as basket,
        person_events.event_us,
        person_events.ingested_us
    from {{ ref('person_events') }} as person_events
    join {{ ref('items') }} as items on person_events.item_id = items.item_id

),

pipelines as (

    select pipelines.planned
    from (values (0), (1)) as pipelines(planned)

)

select
    pipelines.planned,
    engagement.key,
    engagement.item,
    engagement.category,
    engagement.basket,
    engagement.event_us,
    case
        when pipelines.planned = 0 then engagement.ingested_us
        else engagement.event_us + {{ var_us('rebuild_latency') }}
    end as usable_us
from engagement
cross join pipelines
