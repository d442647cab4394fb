-- One row per replayed profile of many events: a day since when it has all that it remembers.

with

key_days as (

    select
        replay_events.planned,
        replay_events.key,
        {{ epoch_day('replay_events.event_us') }} as day,
        count(*) as n_events,
        max(replay_events.event_us) as event_us,
        max(replay_events.usable_us) as usable_us
    from {{ ref('replay_events') }} as replay_events
    group by
        replay_events.planned, replay_events.key, {{ epoch_day('replay_events.event_us') }}

),

visible as (

    -- days of which every event is in the profile; others are left out, so reach errs to the past
    select
        replay_keys.nth,
        key_days.planned as signals,
        replay_keys.in_profile,
        key_days.day,
        key_days.n_events
    from {{ ref('replay_keys') }} as replay_keys
    join key_days on replay_keys.key = key_days.key
    where
        key_days.event_us < replay_keys.serve_us
        and key_days.usable_us <= case
            when key_days.planned = 0 then replay_keys.snapshot_us else replay_keys.run_us
        end

),

stacked as (

    select nth, signals, 0 as identity, day, n_events
    from visible
    where in_profile
    union all
    select nth, signals, 1 as identity, day, n_events
    from visible

),

daily as (

    select
        stacked.nth,
        stacked.signals,
        stacked.identity,
        stacked.day,
        sum(stacked.n_events) as n_events
    from stacked
    group by stacked.nth, stacked.signals, stacked.identity, stacked.day

),

reached as (

    select
        daily.*,
        sum(daily.n_events) over (
            partition by daily.nth, daily.signals, daily.identity
            order by daily.day desc
            rows between unbounded preceding and current row
        ) as so_far
    from daily

)

select
    reached.nth,
    reached.signals,
    reached.identity,
    max(reached.day) as day
from reached
-- histories are told apart by size up to 100 events
where reached.so_far >= {{ var('replay_memory') }} and reached.so_far >= 100
group by reached.nth, reached.signals, reached.identity
