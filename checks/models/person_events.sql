-- One row per event of a known key that is no bot, with the person it belongs to.

select
    events.event_id,
    events.key,
    -- on a shared key the login says whose event it was, its own or that of its session
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
left join {{ ref('session_logins') }} as logins
    on events.key = logins.key
    and events.session_id = logins.session_id
left join {{ ref('users') }} as users
    on persons.is_shared
    and coalesce(nullif(trim(events.user_id), ''), logins.user_id) = users.user_id
where not persons.is_bot
