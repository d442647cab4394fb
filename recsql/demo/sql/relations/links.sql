-- One row per cookie and account that logged in on it.

select
    key,
    'user_id' as id_type,
    user_id as id_value,
    moment(seen_us) as seen_ts,
    moment(known_us) as ingested_ts,
    'deterministic' as method
from key_links
order by seen_us, key
