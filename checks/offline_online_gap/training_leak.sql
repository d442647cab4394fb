-- One row for all examples and one per relation: how many knew what came after their label.

with

stacked as (

    select cast(null as varchar) as source, is_hit, is_leaky, is_future, is_neighbour
    from {{ ref('leak_signs') }} as leak_signs
    union all
    select source, is_hit, is_leaky, is_future, is_neighbour
    from {{ ref('leak_signs') }} as leak_signs
    union all
    -- the total is there even without examples
    select null, null, null, null, null

)

select
    stacked.source,
    avg(stacked.is_leaky) as leak_share,
    count(stacked.is_leaky) as leak_share_n,
    avg(stacked.is_future) as future_item_share,
    count(stacked.is_future) as future_item_share_n,
    avg(case when stacked.is_hit then stacked.is_future end) as future_hit_share,
    count(case when stacked.is_hit then stacked.is_future end) as future_hit_share_n,
    avg(stacked.is_neighbour) as neighbour_share,
    count(stacked.is_neighbour) as neighbour_share_n
from stacked
group by stacked.source
