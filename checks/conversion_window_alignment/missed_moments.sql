-- One row per category, and one for all: how many purchased decisions saw nothing of their category.

with

moments as (

    select
        bought_journeys.person_id,
        bought_journeys.category,
        case when bought_journeys.n_shown = 0 then 1 else 0 end as is_missed
    from {{ ref('bought_journeys') }} as bought_journeys

),

scoped as (

    select cast(null as varchar) as category, person_id, is_missed
    from moments
    union all
    select category, person_id, is_missed
    from moments

),

cells as (

    select cast(null as varchar) as category
    union all
    select distinct category
    from moments

),

requests as (

    select count(*) as n_requests
    from {{ ref('requests') }} as requests

)

select
    cells.category,
    missed.value as missed_share,
    missed.low as missed_share_low,
    missed.high as missed_share_high,
    coalesce(missed.n, 0) as missed_share_n,
    coalesce(missed.persons, 0) as missed_share_persons,
    case when missed.n is null and requests.n_requests > 0
        then 'not_enough_data: no decision began and ended in a purchase within the serving log'
    end as missed_share_reason
from cells
cross join requests
left join {{ clustered_ratio('scoped', 'is_missed', '1', by=['category']) }} as missed
    on cells.category is not distinct from missed.category
