-- One row per event of a known key that is no bot, with the person it belongs to.

select
    events.event_id,
    events.key,
    -- on a shared key the login says whose event it was
    coalesce(users.person_id, persons.person_id) as person_id,
    events.session_id,
    events.event_type,
    events.item_id,
    events.category,
    events.surface,
    events.event_us,
    events.ingested_us,
    events.is_backfill
from {{ ref('events') }} as events
join {{ ref('persons') }} as persons on events.key = persons.key
left join {{ ref('users') }} as users
    on persons.is_shared
    and trim(events.user_id) = users.user_id
where not persons.is_bot
