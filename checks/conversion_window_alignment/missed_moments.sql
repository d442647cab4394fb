-- One row per category, per activity and one for all: purchased decisions that saw nothing of theirs.

{% set segments = ['category', 'activity'] -%}

with

moments as (

    select person_id, category, case when n_shown = 0 then 1 else 0 end as is_missed,
        cast(null as bigint) as is_unprompted
    from {{ ref('bought_journeys') }} as bought_journeys
    union all
    select person_id, category, null, is_unprompted
    from {{ ref('purchase_prompts') }} as purchase_prompts

),

people as (

    -- how busy a person is does not depend on the request
    select distinct person_id, activity
    from {{ ref('requests') }} as requests

),

placed as (

    select moments.*, people.activity
    from moments
    left join people on moments.person_id = people.person_id

),

scoped as ({{ scoped_rows('placed', segments) }}),

scopes as ({{ segment_scopes('placed', ['activity']) }}),

cells as (

    select scope, cast(null as varchar) as category, activity
    from scopes
    union all
    select distinct 'category ' || category, category, cast(null as varchar)
    from moments

),

requests as (

    select count(*) as n_requests
    from {{ ref('requests') }} as requests

)

select
    cells.category, cells.activity,
    missed.value as missed_share, missed.low as missed_share_low, missed.high as missed_share_high,
    coalesce(missed.n, 0) as missed_share_n, missed.persons as missed_share_persons,
    case when coalesce(missed.n, 0) = 0 and requests.n_requests > 0
        then 'not_enough_data: no decision began and ended in a purchase within the serving log'
    end as missed_share_reason,
    {{ clustered_columns('unprompted', 'unprompted_share') }}
from cells
cross join requests
left join {{ clustered_ratio('scoped', 'is_missed', '1', by=['scope']) }} as missed
    on cells.scope = missed.scope
left join {{ clustered_ratio('scoped', 'is_unprompted', '1', by=['scope']) }} as unprompted
    on cells.scope = unprompted.scope
