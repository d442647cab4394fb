-- One row per item cut-off of a fitted request, half-life, and popular item or category.

with

cuts as (

    select distinct
        replay_lists.items as planned,
        replay_lists.cut_hour
    from {{ ref('replay_lists') }} as replay_lists
    where replay_lists.profile = 0 and replay_lists.items = 0 and replay_lists.nth <= {{ var('replay_fit_requests') }}

),

half_lives as (

    select distinct
        replay_family.unit_kind,
        replay_family.half_life_h
    from {{ ref('replay_family') }} as replay_family

)

select *
from {{ decayed_popularity('cuts', 'half_lives') }} as popularity
