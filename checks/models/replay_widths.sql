-- One row per kind of unit: how many a served list shows, and how many popular ones may fill one.

select
    served.unit_kind,
    avg(served.width) as width,
    -- beyond a list's width nothing is shown for being popular alone, but what is left out moves up
    max(served.width) + max(
        case
            when repeats.are_served or served.unit_kind = 'category' then 0
            else {{ var('replay_memory') }}
        end
    ) as fill
from {{ ref('replay_served_units') }} as served
cross join {{ ref('replay_repeats') }} as repeats
group by served.unit_kind
