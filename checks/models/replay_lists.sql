-- One row per replayed request and list to rebuild; cells with the same inputs share one.

select distinct
    replay_cells.list_id,
    replay_cells.request_id,
    replay_cells.nth,
    replay_cells.profile,
    replay_cells.items,
    replay_cells.items_us,
    replay_cells.cut_hour
from {{ ref('replay_cells') }} as replay_cells
