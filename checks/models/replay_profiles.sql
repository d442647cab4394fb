-- One row per replayed request, signals, identity and remembered event, the newest first.

with

visible as (

    -- two relations only: nothing may meet every earlier event before the keys are compared
    select
        replay_keys.request_id,
        replay_events.planned as signals,
        replay_keys.in_profile,
        replay_events.item_id,
        replay_events.category,
        replay_events.event_us
    from {{ ref('replay_keys') }} as replay_keys
    join {{ ref('replay_events') }} as replay_events on replay_keys.key = replay_events.key
    where
        replay_events.event_us < replay_keys.serve_us
        and replay_events.usable_us <= case
            when replay_events.planned = 0 then replay_keys.snapshot_us else replay_keys.run_us
        end

),

stacked as (

    select request_id, signals, 0 as identity, item_id, category, event_us
    from visible
    where in_profile
    union all
    select request_id, signals, 1 as identity, item_id, category, event_us
    from visible

),

sizes as (

    select
        stacked.request_id,
        stacked.signals,
        stacked.identity,
        count(*) as n_events,
        sum(cast(stacked.event_us - {{ history_start_us() }} as double) / 1000000.0) as seconds
    from stacked
    group by stacked.request_id, stacked.signals, stacked.identity

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
    ranked.request_id,
    ranked.signals,
    ranked.identity,
    ranked.item_id,
    ranked.category,
    ranked.age,
    sizes.n_events,
    -- two profiles with as many events and the same sum of their times are one
    floor(sizes.seconds) as checksum
from ranked
join sizes
    on ranked.request_id = sizes.request_id
    and ranked.signals = sizes.signals
    and ranked.identity = sizes.identity
where ranked.age <= {{ var('replay_memory') }}
