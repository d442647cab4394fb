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

    select distinct
        replay_profiles.request_id,
        replay_profiles.signals,
        replay_profiles.identity,
        replay_profiles.n_events,
        replay_profiles.checksum
    from {{ ref('replay_profiles') }} as replay_profiles

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
            partition by replayed.request_id, sizes.n_events, sizes.checksum
        ) as profile
    from {{ ref('replay_requests') }} as replayed
    cross join cells
    left join sizes
        on replayed.request_id = sizes.request_id
        and cells.signals = sizes.signals
        and cells.identity = sizes.identity
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
    filled.profile + 4 * filled.items as list_no,
    filled.items,
    filled.items_us,
    floor(cast(filled.items_us as double) / 3600000000.0) as cut_hour,
    case when filled.profile in (1, 3) then 1 else 0 end as signals,
    case when filled.profile in (2, 3) then 1 else 0 end as identity
from filled
