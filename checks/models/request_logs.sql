-- One row per request: what its log lacks.

with

listed as (

    select
        displayed.request_id,
        count(*) as n_items,
        count(distinct displayed.position) as n_positions,
        max(displayed.position) as last_position
    from {{ ref('displayed') }} as displayed
    group by displayed.request_id

),

ranked as (

    select
        listed.n_items,
        row_number() over (order by listed.n_items, listed.request_id) as nth,
        count(*) over () as n_lists
    from listed

),

usual as (

    select max(ranked.n_items) as k
    from ranked
    where ranked.nth = floor(cast(ranked.n_lists as double) / 2.0) + 1

)

select
    requests.request_id,
    requests.person_id,
    requests.serve_us,
    floor(cast(requests.serve_us as double) / 3600000000.0) as serve_hour,
    listed.n_items,
    requests.retrieved_k,
    usual.k as usual_k,
    -- a log without any shown item does not keep them
    case
        when listed.request_id is not null then 0
        when usual.k is not null then 1
    end as is_without_items,
    -- positions run from 1 to the number of items
    case
        when listed.last_position > listed.n_positions then 1
        when listed.request_id is not null then 0
    end as has_position_gap,
    case
        when requests.retrieved_k < usual.k then 1
        when requests.retrieved_k >= usual.k then 0
    end as is_short
from {{ ref('requests') }} as requests
cross join usual
left join listed on requests.request_id = listed.request_id
