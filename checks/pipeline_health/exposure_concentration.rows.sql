-- One row per item among the most shown of the newest period, with what it was shown before.

select
    newest.item_id,
    cast(newest.n_shown as bigint) as times_shown,
    cast(coalesce(earlier.n_shown, 0.0) as bigint) as times_shown_before,
    newest.n_shown / nullif(sum(newest.n_shown) over (), 0.0) as exposure_share
from {{ ref('exposure_pulls') }} as newest
left join {{ ref('exposure_pulls') }} as earlier
    on newest.item_id = earlier.item_id and earlier.periods_ago = 1
where newest.periods_ago = 0
order by newest.place
