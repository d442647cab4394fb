-- One row per answer of the backtest: how long its item had been known when it was asked for.

select
    backtests.request_id,
    backtests.person_id,
    cast(backtests.serve_us - item_births.first_us as double) / 1000000.0 as age_s
from {{ ref('backtests') }} as backtests
join {{ ref('item_births') }} as item_births on backtests.item_id = item_births.item_id
-- an item that nobody had seen yet could not be listed, however fresh the index
where item_births.first_us <= backtests.serve_us - {{ var_us('serve_guard') }}
