-- One row for all requests with a list and one per surface: the share given everybody's list.

with

stacked as (

    select cast(null as varchar) as surface, fallbacks.person_id, fallbacks.is_fallback
    from {{ ref('fallbacks') }} as fallbacks
    union all
    select fallbacks.surface, fallbacks.person_id, fallbacks.is_fallback
    from {{ ref('fallbacks') }} as fallbacks
    where fallbacks.surface is not null

),

found as (

    select *
    from {{ clustered_ratio('stacked', 'is_fallback', '1', by=['surface']) }} as found

),

lists as (

    select
        count(distinct case when fallbacks.is_fallback = 1 then fallbacks.list_print end)
        as n_lists,
        count(*) as n_requests
    from {{ ref('fallbacks') }} as fallbacks

),

cells as (

    select cast(null as varchar) as surface
    union all
    select found.surface
    from found
    where found.surface is not null

)

select
    cells.surface,
    found.value as fallback_share,
    found.low as fallback_share_low, found.high as fallback_share_high,
    coalesce(found.n, 0) as fallback_share_n,
    found.persons as fallback_share_persons,
    case when cells.surface is null and lists.n_requests > 0 then lists.n_lists end
    as fallback_lists
from cells
cross join lists
left join found on cells.surface is not distinct from found.surface
