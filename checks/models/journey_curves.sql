-- One row per journey and curve that it is part of: its category's, a parent's (`a.*`), that of all.

with

named as (

    select distinct category
    from {{ ref('journeys') }} as journeys
    where category is not null

),

members as (

    -- a.b.* holds a.b and all that is under it
    select paths.category, paths.ancestor
    from {{ category_paths('named') }} as paths
    {%- if var('journey_by') != 'item' %}
    union
    select paths.ancestor as category, paths.ancestor
    from {{ category_paths('named') }} as paths
    {%- endif %}

),

stacked as (

    select category, person_id, observed_s, is_bought, is_abandoned
    from {{ ref('journeys') }} as journeys
    where category is not null
    union all
    select
        members.ancestor || '.*', journeys.person_id, journeys.observed_s, journeys.is_bought,
        journeys.is_abandoned
    from {{ ref('journeys') }} as journeys
    join members on journeys.category = members.category
    union all
    select cast(null as varchar), person_id, observed_s, is_bought, is_abandoned
    from {{ ref('journeys') }} as journeys

),

shared as (

    select
        category, person_id, observed_s, is_bought, is_abandoned,
        avg(case when is_abandoned then 1.0 else 0.0 end) over (partition by category)
            as abandoned_share
    from stacked

)

select
    coalesce('in ' || category, 'all') as curve,
    category, person_id, observed_s, is_bought, is_abandoned,
    -- few who gave up are taken for censored; many compete with the purchase
    is_abandoned and abandoned_share > {{ var('max_abandoned_share') }} as is_lapsed
from shared
