-- One row per request, stage and item that was served: where it stood.

with

logged as (

    select
        cast(served_items.request_id as varchar) as request_id,
        cast(served_items.item_id as varchar) as item_id,
        cast(served_items.position as bigint) as position,
        cast(served_items.propensity as double) as propensity,
        coalesce(lower(cast(served_items.stage as varchar)) = 'retrieved', false) as is_retrieved
    from {{ relation('served_items') }} as served_items

),

judged as (

    -- an item listed twice counts once, where it stood first
    select
        logged.request_id,
        logged.item_id,
        logged.is_retrieved,
        min(logged.position) as position,
        max(logged.propensity) as propensity
    from logged
    join {{ ref('requests') }} as requests on logged.request_id = requests.request_id
    where logged.item_id is not null
    group by logged.request_id, logged.item_id, logged.is_retrieved

),

numbering as (

    select min(judged.position) as first_position
    from judged

)

select
    judged.request_id,
    judged.item_id,
    judged.is_retrieved,
    -- logs that count from 0 are moved to 1
    judged.position + case when numbering.first_position = 0 then 1 else 0 end as position,
    judged.propensity
from judged
cross join numbering
