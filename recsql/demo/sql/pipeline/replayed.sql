-- One row per example of the honest score: a visit, answered as a healthy pipeline would have.

with

accounts as (

    select
        person,
        min(start_us) as first_us
    from sessions
    group by person

),

healthy as (

    select
        snapshots.profile_id,
        snapshots.snapshot_us,
        snapshots.n_events,
        snapshots.last_event_us
    from healthy.snapshots as snapshots

)

select
    'point-in-time' as run_id,
    answered.request_id,
    answered.session_id,
    answered.event_us,
    answered.snapshot_us + 60000000 as available_us,
    healthy.n_events,
    healthy.last_event_us,
    answered.serve_us,
    answered.serve_us - accounts.first_us as tenure_us,
    sessions.surface,
    answered.category_no,
    answered.hit
from healthy.answered as answered
join sessions on answered.session_id = sessions.session_id
join accounts on sessions.person = accounts.person
left join healthy
    on answered.profile_id = healthy.profile_id
    and answered.snapshot_us = healthy.snapshot_us
where
    draw(draws('offline', sessions.person, sessions.visit, 0), 0) < {{ world.offline_share | parts }}
    and coalesce(healthy.n_events, 0) >= {{ scenario.least_history }}
