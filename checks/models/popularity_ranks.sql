-- One row per item: its rank by persons, in training, in recent days, and in halves of the persons.

{% set groups = ['trained', 'recent', 'trained_a', 'trained_b', 'recent_a', 'recent_b'] %}

with

counted as (

    select
        item_id,
        count(case when n_trained > 0 then 1 end) as trained,
        count(case when n_recent > 0 then 1 end) as recent,
        count(case when n_trained > 0 and is_first_half = 1 then 1 end) as trained_a,
        count(case when n_trained > 0 and is_first_half = 0 then 1 end) as trained_b,
        count(case when n_recent > 0 and is_first_half = 1 then 1 end) as recent_a,
        count(case when n_recent > 0 and is_first_half = 0 then 1 end) as recent_b
    from {{ ref('item_visitors') }} as item_visitors
    where n_trained > 0 or n_recent > 0
    group by item_id

),

{% for group in groups %}
{{ group }}_counts as (

    select
        {{ group }},
        cast(count(*) as double) as n_items
    from counted
    group by {{ group }}

),

{{ group }}_ranks as (

    -- items that tie share the mean of their ranks
    select
        {{ group }},
        sum(n_items) over (order by {{ group }} rows between unbounded preceding and current row)
        - (n_items - 1.0) / 2.0 as nth
    from {{ group }}_counts

){{ ',' if not loop.last }}

{% endfor %}
select
    counted.item_id,
    counted.trained as n_trained,
    counted.recent as n_recent,
    {%- for group in groups %}
    {{ group }}_ranks.nth as {{ group }}{{ ',' if not loop.last }}
    {%- endfor %}
from counted
{%- for group in groups %}
join {{ group }}_ranks on counted.{{ group }} = {{ group }}_ranks.{{ group }}
{%- endfor %}
