-- One row per key that is a bot, reads faster than anybody can, or was logged more than once.

select
    key_traffic.key,
    key_traffic.is_bot = 1 as is_bot,
    cast(key_traffic.n_events as bigint) as events,
    cast(key_traffic.n_burst as bigint) as burst_events,
    cast(key_traffic.most_a_second as bigint) as most_in_a_second,
    cast(key_traffic.n_copies as bigint) as copies
from {{ ref('key_traffic') }} as key_traffic
where key_traffic.is_bot = 1 or key_traffic.n_burst > 0.0 or key_traffic.n_copies > 0.0
order by
    key_traffic.n_events * key_traffic.is_bot + key_traffic.n_burst + key_traffic.n_copies desc,
    key_traffic.key
