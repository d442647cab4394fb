-- One row per item: when it first happened or was active, and when anything could first know of it.

with

mentions as (

    select
        person_events.item_id,
        person_events.event_us as first_us,
        person_events.ingested_us as known_us
    from {{ ref('person_events') }} as person_events
    where person_events.item_id is not null
    union all
    select
        cast(catalogue.item_id as varchar) as item_id,
        -- an item without a start has always been there
        coalesce(rs_epoch_us(catalogue.active_from), 0) as first_us,
        coalesce(rs_epoch_us(catalogue.active_from), 0) as known_us
    from {{ relation('catalogue') }} as catalogue
    where catalogue.item_id is not null

)

select
    mentions.item_id,
    min(mentions.first_us) as first_us,
    min(mentions.known_us) as known_us
from mentions
group by mentions.item_id
