-- One row per stand-in that is replayed: the three that reproduce the served lists best.

select
    replay_overlaps.place as proxy,
    replay_overlaps.unit_kind,
    replay_overlaps.memory,
    replay_overlaps.half_life_h,
    replay_overlaps.popularity_share,
    replay_overlaps.overlap,
    -- the best one speaks; the others say how much depends on the choice
    case
        when replay_overlaps.place = 1 then {{ var('replay_requests') }}
        else {{ var('replay_rival_requests') }}
    end as most_requests
from {{ ref('replay_overlaps') }} as replay_overlaps
where replay_overlaps.place <= 3
