-- One row: whether lists hold items that were in the profile already.

select
    coalesce(
        cast(count(history.unit) as double) / nullif(cast(count(*) as double), 0.0)
        > {{ var('max_repeat_share') }},
        false
    ) as are_served
from {{ ref('replay_served_units') }} as served
left join {{ ref('replay_history') }} as history
    on served.nth = history.nth
    and served.unit_kind = history.unit_kind
    and served.unit = history.unit
    and history.profile = 0
where served.unit_kind = 'item'
