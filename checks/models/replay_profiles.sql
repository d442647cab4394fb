-- One row per replayed request, signals, identity and remembered event, the newest first.

with

profiles as (

    -- bit 0 = signals as planned, bit 1 = identity as planned
    select profiles.profile, profiles.signals, profiles.identity
    from (values (0, 0, 0), (1, 1, 0), (2, 0, 1), (3, 1, 1)) as profiles(profile, signals, identity)

),

keys as (

    select
        replay_keys.nth,
        profiles.profile,
        profiles.signals,
        replay_keys.key,
        replay_keys.serve_us,
        case
            when profiles.signals = 0 then replay_keys.snapshot_us else replay_keys.run_us
        end as cut_us,
        -- older events are forgotten for sure: they need not be sorted
        coalesce(replay_reach.day, 0) * 86400000000 as from_us
    from {{ ref('replay_keys') }} as replay_keys
    join profiles on profiles.identity = 1 or replay_keys.in_profile
    left join {{ ref('replay_reach') }} as replay_reach
        on replay_keys.nth = replay_reach.nth
        and profiles.signals = replay_reach.signals
        and profiles.identity = replay_reach.identity

),

visible as (

    select
        keys.nth,
        keys.profile,
        replay_events.item,
        replay_events.category,
        replay_events.event_us
    from keys
    join {{ ref('replay_events') }} as replay_events
        on keys.key = replay_events.key
        and keys.signals = replay_events.planned
    where
        replay_events.event_us >= keys.from_us
        and replay_events.event_us < keys.serve_us
        and replay_events.usable_us <= keys.cut_us

),

ranked as (

    select
        visible.*,
        row_number() over (
            partition by visible.nth, visible.profile
            order by visible.event_us desc, visible.item
        ) as age,
        -- exact below 100
        count(*) over (partition by visible.nth, visible.profile) as n_events
    from visible

)

select
    ranked.nth,
    ranked.profile,
    ranked.item,
    ranked.category,
    ranked.event_us,
    ranked.age,
    ranked.n_events
from ranked
where ranked.age <= {{ var('replay_memory') }}
