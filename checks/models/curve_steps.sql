-- One row per lag of the measured curve, with the lags beside it.

select
    retained.lag_s,
    retained.retained,
    retained.from_lag_s,
    lag(retained.lag_s) over (order by retained.lag_s) as earlier_s,
    lead(retained.lag_s) over (order by retained.lag_s) as later_s
from {{ ref('retained') }} as retained
where retained.replicate = 0
