-- One row per person and period: what was shown, how high it stood, and how much of it was on top.

select
    exposures.person_id,
    exposures.periods_ago,
    sum(exposures.n_shown) as n_shown,
    sum(exposures.n_shown * exposure_pulls.pull) as pull,
    sum(exposures.n_shown * exposure_pulls.is_top) as n_top
from {{ ref('exposures') }} as exposures
join {{ ref('exposure_pulls') }} as exposure_pulls
    on exposures.periods_ago = exposure_pulls.periods_ago
    and exposures.item_id = exposure_pulls.item_id
group by exposures.person_id, exposures.periods_ago
