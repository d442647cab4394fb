-- One row per hour with far fewer requests than usual, the emptiest first.

select
    {{ day_text(epoch_day('serving_hours.hour * 3600000000.0')) }} as day,
    cast(serving_hours.hour - 24 * floor(serving_hours.hour / 24.0) as bigint) as hour_utc,
    cast(serving_hours.n_requests as bigint) as requests,
    serving_hours.n_usual as usual_requests
from {{ ref('serving_hours') }} as serving_hours
where serving_hours.is_gap = 1
order by serving_hours.n_usual - serving_hours.n_requests desc, serving_hours.hour
