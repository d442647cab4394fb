-- One row per answer of the backtest: how long its item had been known when it was asked for.

with

born as (

    select
        person_events.item_id,
        min(person_events.event_us) as born_us
    from {{ ref('person_events') }} as person_events
    group by person_events.item_id
    union all
    select
        cast(catalogue.item_id as varchar) as item_id,
        rs_epoch_us(catalogue.active_from) as born_us
    from {{ relation('catalogue') }} as catalogue
    where catalogue.active_from is not null

),

first_seen as (

    select item_id, min(born_us) as born_us
    from born
    group by item_id

)

select
    backtests.request_id,
    backtests.person_id,
    cast(backtests.serve_us - first_seen.born_us as double) / 1000000.0 as age_s
from {{ ref('backtests') }} as backtests
join first_seen on backtests.item_id = first_seen.item_id
-- an item that nobody had seen yet could not be listed, however fresh the index
where first_seen.born_us <= backtests.serve_us - {{ var_us('serve_guard') }}
