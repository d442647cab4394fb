-- One row per item of a request's list: the retrieved one where it is logged, else the shown one.

with

retrieved as (

    select distinct served.request_id
    from {{ ref('served') }} as served
    where served.is_retrieved

)

select
    served.request_id,
    served.item_id,
    served.position,
    served.propensity,
    count(*) over (partition by served.request_id) as list_length
from {{ ref('served') }} as served
left join retrieved on served.request_id = retrieved.request_id
where served.is_retrieved or retrieved.request_id is null
