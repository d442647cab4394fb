-- One row per replayed request and list to rebuild; cells with the same inputs share one.

select distinct
    replay_cells.request_id,
    replay_cells.nth,
    replay_cells.list_no,
    replay_cells.signals,
    replay_cells.items,
    replay_cells.identity,
    replay_cells.items_us,
    replay_cells.cut_hour,
    replay_cells.n_events
from {{ ref('replay_cells') }} as replay_cells
