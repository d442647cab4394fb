-- One row per item cut-off of a fitted request, half-life, and popular item or category.

with

cuts as (

    select distinct
        replay_cells.items as planned,
        replay_cells.cut_hour
    from {{ ref('replay_cells') }} as replay_cells
    where replay_cells.cell = 0 and replay_cells.nth <= {{ var('replay_fit_requests') }}

),

half_lives as (

    select distinct
        replay_family.unit_kind,
        replay_family.half_life_h
    from {{ ref('replay_family') }} as replay_family

)

select *
from {{ decayed_popularity('cuts', 'half_lives') }} as popularity
