{% macro shapley_costs(cells, costs=['stale_signals', 'stale_items', 'identity']) -%}
{#- the mean gain of mending one defect, over all orders of mending the three -#}
{%- set v = cells ~ '.v' -%}
(2.0 * ({{ v }}1 - {{ v }}0) + ({{ v }}3 - {{ v }}2)
        + ({{ v }}5 - {{ v }}4) + 2.0 * ({{ v }}7 - {{ v }}6)) / 6.0 as {{ costs[0] }},
    (2.0 * ({{ v }}2 - {{ v }}0) + ({{ v }}3 - {{ v }}1)
        + ({{ v }}6 - {{ v }}4) + 2.0 * ({{ v }}7 - {{ v }}5)) / 6.0 as {{ costs[1] }},
    (2.0 * ({{ v }}4 - {{ v }}0) + ({{ v }}5 - {{ v }}1)
        + ({{ v }}6 - {{ v }}2) + 2.0 * ({{ v }}7 - {{ v }}3)) / 6.0 as {{ costs[2] }}
{%- endmacro %}
