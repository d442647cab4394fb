-- One row per cookie and account that logged in on it: first seen when, and known when.

select
    logged.key,
    logged.user_id,
    min(logged.event_us) as seen_us,
    min(logged.ingested_us) as known_us
from logged
where logged.is_logged_in
group by logged.key, logged.user_id
