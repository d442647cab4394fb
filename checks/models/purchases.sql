-- One row per purchased item: who bought it, when, and whether it was undone later.

with

logged as (

    select
        cast(outcomes.outcome_id as varchar) as outcome_id,
        cast(outcomes.key as varchar) as key,
        trim(cast(outcomes.user_id as varchar)) as user_id,
        cast(outcomes.item_id as varchar) as item_id,
        cast(outcomes.revenue as double) as revenue,
        rs_epoch_us(outcomes.ts) as purchase_us,
        case when outcomes.cancelled_ts < {{ as_of() }} then rs_epoch_us(outcomes.cancelled_ts) end
            as cancelled_us,
        case when outcomes.returned_ts < {{ as_of() }} then rs_epoch_us(outcomes.returned_ts) end
            as returned_us
    from {{ relation('outcomes') }} as outcomes
    where
        outcomes.ts >= {{ history_start() }}
        and outcomes.ts < {{ as_of() }}
        and cast(outcomes.type as varchar) in {{ var('purchase_types') }}

),

numbered as (

    -- an order may have several items; a copied row counts once
    select
        logged.outcome_id,
        logged.key,
        logged.user_id,
        logged.item_id,
        logged.revenue,
        logged.purchase_us,
        -- what comes back after the return window was a purchase all the same
        coalesce(
            logged.cancelled_us <= logged.purchase_us + {{ var_us('return_window') }}, false
        ) or coalesce(
            logged.returned_us <= logged.purchase_us + {{ var_us('return_window') }}, false
        ) as is_void,
        row_number() over (
            partition by logged.outcome_id, logged.item_id
            order by logged.purchase_us, logged.key nulls last, logged.user_id nulls last
        ) as copy
    from logged

)

select
    numbered.outcome_id,
    -- on a shared key the login says whose purchase it was
    case
        when coalesce(persons.is_shared, true) then coalesce(users.person_id, persons.person_id)
        else persons.person_id
    end as person_id,
    numbered.item_id,
    {{ journey_category('numbered.item_id') }} as category,
    numbered.purchase_us,
    numbered.revenue,
    numbered.is_void
from numbered
cross join {{ ref('fallback_category') }} as fallback_category
left join {{ ref('persons') }} as persons on numbered.key = persons.key
left join {{ ref('users') }} as users on numbered.user_id = users.user_id
left join {{ ref('items') }} as items on numbered.item_id = items.item_id
where numbered.copy = 1 or numbered.outcome_id is null
