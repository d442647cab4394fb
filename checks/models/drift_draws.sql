-- One row per face, method and replicate: a drift window, and the half-life where one was fitted.

select
    'signals' as face,
    3 as method,
    replay_windows.replicate,
    replay_windows.window_s,
    replay_windows.window_s as sure_window_s,
    replay_windows.longest_s,
    cast(null as double) as half_life_s,
    cast(null as double) as tellable_s,
    cast(null as double) as baseline,
    replay_windows.n,
    replay_windows.persons
from {{ ref('replay_windows') }} as replay_windows
union all
select
    decay_windows.curve,
    case when decay_windows.curve = 'served_lists' then 2 else 1 end,
    decay_windows.replicate,
    case when decay_windows.window_s <= decay_windows.longest_s then decay_windows.window_s end,
    -- while the half-life may be anything, the window has no upper end
    case
        when decay_windows.window_s <= decay_windows.longest_s
            and decay_windows.half_life_s < decay_windows.tellable_s
            then decay_windows.window_s
    end,
    decay_windows.longest_s,
    case
        when decay_windows.half_life_s < decay_windows.tellable_s then decay_windows.half_life_s
        else decay_windows.tellable_s
    end,
    decay_windows.tellable_s,
    decay_windows.baseline,
    cast(decay_windows.persons as double),
    decay_windows.persons
from {{ ref('decay_windows') }} as decay_windows
