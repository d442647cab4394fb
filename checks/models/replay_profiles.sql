-- One row per replayed request, signals, identity and remembered event, the newest first.

with

visible as (

    select
        replayed.request_id,
        replay_events.planned as signals,
        replay_keys.in_profile,
        -- a key counts as merged once the pipeline could read the link
        replay_keys.in_profile or case
            when replay_events.planned = 0 then replay_keys.known_us <= replayed.snapshot_us
            else replay_keys.seen_us + {{ var_us('rebuild_latency') }} <= replayed.run_us
        end as is_merged,
        replay_events.item_id,
        replay_events.category,
        replay_events.event_us
    from {{ ref('replay_requests') }} as replayed
    join {{ ref('replay_keys') }} as replay_keys on replayed.request_id = replay_keys.request_id
    join {{ ref('replay_events') }} as replay_events on replay_keys.key = replay_events.key
    where
        replay_events.event_us < replayed.serve_us
        and replay_events.usable_us <= case
            when replay_events.planned = 0 then replayed.snapshot_us else replayed.run_us
        end

),

stacked as (

    select request_id, signals, 0 as identity, item_id, category, event_us
    from visible
    where in_profile
    union all
    select request_id, signals, 1 as identity, item_id, category, event_us
    from visible
    where is_merged

),

ranked as (

    select
        stacked.*,
        row_number() over (
            partition by stacked.request_id, stacked.signals, stacked.identity
            order by stacked.event_us desc, stacked.item_id
        ) as age
    from stacked

)

select
    request_id,
    signals,
    identity,
    item_id,
    category,
    age
from ranked
where age <= {{ var('replay_memory') }}
