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

-- Shapley: the mean gain of mending one defect, over all orders of mending the three
select
    reached.draw,
    reached.proxy,
    reached.v0 as observed,
    reached.v7 as what_if,
    reached.v7 - reached.v0 as lift,
    (2.0 * (reached.v1 - reached.v0) + (reached.v3 - reached.v2)
        + (reached.v5 - reached.v4) + 2.0 * (reached.v7 - reached.v6)) / 6.0 as stale_signals,
    (2.0 * (reached.v2 - reached.v0) + (reached.v3 - reached.v1)
        + (reached.v6 - reached.v4) + 2.0 * (reached.v7 - reached.v5)) / 6.0 as stale_items,
    (2.0 * (reached.v4 - reached.v0) + (reached.v5 - reached.v1)
        + (reached.v6 - reached.v2) + 2.0 * (reached.v7 - reached.v3)) / 6.0 as identity
from reached
