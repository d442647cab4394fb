-- One row per replayed request and cell: whose signals, items and identity its list is built from.

with

cells as (

    -- 0 = as it was served, 1 = as planned
    select
        cells.cell,
        cells.signals,
        cells.items * {{ 0 if var('items') == 'static' else 1 }} as items,
        cells.identity * {{ 0 if var('rebuild_identity') == 'as_is' else 1 }} as identity
    from (
        values (0, 0, 0, 0), (1, 1, 0, 0), (2, 0, 1, 0), (3, 1, 1, 0),
            (4, 0, 0, 1), (5, 1, 0, 1), (6, 0, 1, 1), (7, 1, 1, 1)
    ) as cells(cell, signals, items, identity)

),

sizes as (

    -- two profiles with as many events and the same sum of their times are one
    select
        replay_profiles.nth,
        replay_profiles.profile,
        max(replay_profiles.n_events) as n_events,
        floor(sum(
            cast(replay_profiles.event_us - {{ history_start_us() }} as double) / 1000000.0
        )) as checksum
    from {{ ref('replay_profiles') }} as replay_profiles
    group by replay_profiles.nth, replay_profiles.profile

),

filled as (

    select
        replayed.request_id,
        replayed.person_id,
        replayed.nth,
        replayed.age_third,
        replayed.hit,
        cells.cell,
        cells.items,
        coalesce(sizes.n_events, 0) as n_events,
        case when cells.items = 0 then replayed.index_us else replayed.run_us end as items_us,
        -- what two cells share is built once: the first of the profiles that are the same
        min(cells.signals + 2 * cells.identity) over (
            partition by replayed.nth, sizes.n_events, sizes.checksum
        ) as profile
    from {{ ref('replay_requests') }} as replayed
    cross join cells
    left join sizes
        on replayed.nth = sizes.nth
        and cells.signals + 2 * cells.identity = sizes.profile
    where replayed.nth <= {{ var('replay_requests') }}

)

select
    filled.request_id,
    filled.person_id,
    filled.nth,
    filled.age_third,
    filled.hit,
    filled.cell,
    filled.n_events,
    filled.profile,
    filled.items,
    8 * filled.nth + 4 * filled.items + filled.profile as list_id,
    filled.items_us,
    floor(cast(filled.items_us as double) / 3600000000.0) as cut_hour
from filled
