-- One row per event to be predicted, with the instant up to which features may look.

with

known as (

    -- the evaluation joins on the account, with all that is known about it today
    select
        key,
        min(user_id) as user_id,
        min(event_us) as first_us
    from events
    where is_logged_in
    group by key

),

accounts as (

    select
        known.user_id,
        min(events.event_us) as first_us
    from events
    join known on events.key = known.key
    group by known.user_id

)

select
    events.event_id,
    events.session_id,
    events.event_us,
    events.category_no,
    events.category,
    known.user_id as profile_id,
    events.event_us - accounts.first_us as tenure_us,
{%- if split.leaks %}
    -- the mistake: features of the event's own day, which hold what came after it
    (whole(events.event_us, {{ world.day_us }}) + 1) * {{ world.day_us }} as snapshot_us
{%- else %}
    whole(events.event_us, {{ world.day_us }}) * {{ world.day_us }} as snapshot_us
{%- endif %}
from events
join known on events.key = known.key
join accounts on known.user_id = accounts.user_id
where
    events.event_us >= {{ split.from_us }}
    and draw(events.hash, 1) < {{ split.share | parts }}
