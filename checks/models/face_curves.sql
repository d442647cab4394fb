-- One row per face, items or both, and lag: what an index that old keeps of what people ask for.

with

kept as (

    -- a list can hold what exists, so for items it need not have been a hit
    select
        'items' as face,
        item_ages.person_id,
        lags.lag_s,
        case when item_ages.age_s >= lags.lag_s then 1.0 else 0.0 end as kept,
        1.0 as tried
    from {{ ref('item_ages') }} as item_ages
    cross join (
        select distinct backtest_hits.lag_s from {{ ref('backtest_hits') }} as backtest_hits
    ) as lags
    union all
    -- the same requests at all lags: with signals and an index that old, by hits with fresh ones
    select
        'both' as face,
        hits.person_id,
        hits.lag_s,
        case when item_ages.age_s >= hits.lag_s then hits.hit else 0.0 end,
        fresh.hit
    from {{ ref('backtest_hits') }} as hits
    join {{ ref('backtest_hits') }} as fresh on hits.request = fresh.request and fresh.lag_s = 0.0
    join {{ ref('backtests') }} as backtests on hits.request = backtests.nth
    join {{ ref('item_ages') }} as item_ages on backtests.request_id = item_ages.request_id

)

select
    curves.face,
    curves.lag_s,
    curves.value,
    case
        when curves.low < 0.0 then 0.0
        -- of a share that no person differs in, Wilson's; of fresh items nothing is lost by definition
        when curves.low is null and curves.face = 'items' and curves.lag_s > 0.0
            then {{ wilson_low('curves.value', 'curves.persons') }}
        else curves.low
    end as low,
    case
        -- older signals may happen to do better, and then by more than all
        when curves.high > 1.0 and curves.value <= 1.0 then 1.0
        when curves.high is null and curves.face = 'items' and curves.lag_s > 0.0
            then {{ wilson_high('curves.value', 'curves.persons') }}
        else curves.high
    end as high,
    curves.n,
    curves.persons
from {{ clustered_ratio('kept', 'kept', 'tried', by=['face', 'lag_s'], share=false) }} as curves
