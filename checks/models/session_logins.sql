-- One row per session of a shared key in which one person logged in, and nobody else.

select
    events.key,
    events.session_id,
    min(trim(events.user_id)) as user_id
from {{ ref('events') }} as events
join {{ ref('persons') }} as persons on events.key = persons.key
where
    persons.is_shared
    and events.session_id is not null
    and trim(events.user_id) <> ''
group by events.key, events.session_id
having min(trim(events.user_id)) = max(trim(events.user_id))
