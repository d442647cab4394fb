-- One row per replayed request and cell: whose signals, items and identity its list is built from.

with

cells as (

    -- 0 = as it was served, 1 = as planned
    select
        cells.cell,
        cells.signals,
        cells.items,
        cells.identity
    from (
        values (0, 0, 0, 0), (1, 1, 0, 0), (2, 0, 1, 0), (3, 1, 1, 0),
            (4, 0, 0, 1), (5, 1, 0, 1), (6, 0, 1, 1), (7, 1, 1, 1)
    ) as cells(cell, signals, items, identity)

),

cut as (

    select
        replayed.request_id,
        replayed.person_id,
        replayed.nth,
        replayed.age_third,
        replayed.hit,
        cells.cell,
        cells.signals,
        cells.items,
        cells.identity,
        case when cells.items = 0 then replayed.index_us else replayed.run_us end as items_us
    from {{ ref('replay_requests') }} as replayed
    cross join cells
    where
        replayed.nth <= {{ var('replay_requests') }}
        {% if var('items') == 'static' %}
        and cells.items = 0
        {% endif %}

)

select
    cut.*,
    floor(cast(cut.items_us as double) / 3600000000.0) as cut_hour
from cut
