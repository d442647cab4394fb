-- One row per cookie on which somebody logged in: who, first seen when, and known when.

select
    key,
    user_id,
    min(event_us) as seen_us,
    min(ingested_us) as known_us
from logged
where is_logged_in
group by key, user_id
