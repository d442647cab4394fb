-- One row per profile and snapshot in use: how much had arrived by then, and the newest of it.

with

timeline as (

    select
        profile_id,
        arrived_us as us,
        event_us,
        0 as look
    from arrivals
    union all
    select
        profile_id,
        snapshot_us as us,
        null as event_us,
        1 as look
    from wanted

),

seen as (

    select
        profile_id,
        us,
        look,
        count(event_us) over (partition by profile_id order by us, look) as n_events,
        max(event_us) over (partition by profile_id order by us, look) as last_event_us
    from timeline

)

select
    row_number() over (order by profile_id, us) as snapshot_no,
    profile_id,
    us as snapshot_us,
    n_events,
    last_event_us
from seen
where look = 1
