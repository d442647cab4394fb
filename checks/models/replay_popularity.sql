-- One row per item cut-off of a replayed request, half-life in use, and popular item or category.

with

cuts as (

    select distinct
        replay_lists.items as planned,
        replay_lists.cut_hour
    from {{ ref('replay_lists') }} as replay_lists

),

half_lives as (

    select distinct
        replay_proxies.unit_kind,
        replay_proxies.half_life_h
    from {{ ref('replay_proxies') }} as replay_proxies

)

select *
from {{ decayed_popularity('cuts', 'half_lives') }} as popularity
