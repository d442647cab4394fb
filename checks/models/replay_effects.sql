-- One row per draw and stand-in: what was reached, what would be, and what each defect costs.

with

reached as (

    -- cells by bits: 1 = fresh signals, 2 = fresh items, 4 = merged identity
    select
        replay_values.draw,
        replay_values.proxy,
        {%- for cell in [0, 1, 2, 3, 4, 5, 6, 7] %}
        max(case when replay_values.cell = {{ cell }} then replay_values.value end)
            as v{{ cell }}{{ '' if loop.last else ',' }}
        {%- endfor %}
    from {{ ref('replay_values') }} as replay_values
    group by replay_values.draw, replay_values.proxy

)

-- Shapley values
select
    reached.draw,
    reached.proxy,
    reached.v0 as observed,
    reached.v7 as what_if,
    reached.v7 - reached.v0 as lift,
    {{ shapley_costs('reached') }}
from reached
