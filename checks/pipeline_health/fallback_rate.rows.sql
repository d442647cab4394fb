-- One row per list that so many persons were given, with its first item.

with

firsts as (

    select displayed.request_id, min(displayed.item_id) as first_item
    from {{ ref('displayed') }} as displayed
    where displayed.position = 1
    group by displayed.request_id

)

select
    min(firsts.first_item) as first_item,
    count(*) as requests,
    cast(max(fallbacks.n_persons) as bigint) as persons,
    max(fallbacks.n_persons) / nullif(max(fallbacks.n_everybody), 0.0) as persons_share,
    min(fallbacks.request_id) as one_request
from {{ ref('fallbacks') }} as fallbacks
left join firsts on fallbacks.request_id = firsts.request_id
where fallbacks.is_fallback = 1
group by fallbacks.list_print
order by requests desc, one_request
