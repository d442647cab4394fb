-- One row per category, and one for all: how many purchased decisions saw nothing of their category.

with

activity as (

    select
        person_id, category, at_us, is_purchase, nth,
        min(case when not is_purchase then nth end) over (
            partition by person_id, category
        ) as first_look
    from {{ ref('category_activity') }} as category_activity

),

prompted as (

    -- what was bought as the log began may have been looked at before it
    select
        activity.person_id, activity.category,
        case when activity.first_look < activity.nth then 0 else 1 end as is_unprompted
    from activity
    cross join {{ ref('log_span') }} as log_span
    where
        activity.is_purchase
        and activity.at_us >= log_span.first_us + {{ var_us('journey_gap') }}

),

moments as (

    select person_id, category, case when n_shown = 0 then 1 else 0 end as is_missed,
        cast(null as bigint) as is_unprompted
    from {{ ref('bought_journeys') }} as bought_journeys
    union all
    select person_id, category, null, is_unprompted
    from prompted

),

scoped as (

    select cast(null as varchar) as category, person_id, is_missed, is_unprompted
    from moments
    union all
    select category, person_id, is_missed, is_unprompted
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
    missed.value as missed_share, missed.low as missed_share_low, missed.high as missed_share_high,
    coalesce(missed.n, 0) as missed_share_n, missed.persons as missed_share_persons,
    case when coalesce(missed.n, 0) = 0 and requests.n_requests > 0
        then 'not_enough_data: no decision began and ended in a purchase within the serving log'
    end as missed_share_reason,
    {{ clustered_columns('unprompted', 'unprompted_share') }}
from cells
cross join requests
left join {{ clustered_ratio('scoped', 'is_missed', '1', by=['category']) }} as missed
    on cells.category is not distinct from missed.category
left join {{ clustered_ratio('scoped', 'is_unprompted', '1', by=['category']) }} as unprompted
    on cells.category is not distinct from unprompted.category
