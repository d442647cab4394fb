{% macro category_paths(source) -%}
(
    {%- if var('journey_by') == 'item' %}
    select item_id as category, category as ancestor, 1 as depth, 1 as depths
    from {{ ref('items') }} as path_items where category is not null
    {%- else %}
    select names.category, substring(names.category, 1, places.i - 1) as ancestor,
        row_number() over (partition by names.category order by places.i) as depth,
        count(*) over (partition by names.category) as depths
    from (select distinct category from {{ source }} as path_source) as names
    join {{ counting(256) }} as places
        on places.i <= length(names.category) and places.i > 1
    where substring(names.category, places.i, 1) = '.'
    {%- endif %}
)
{%- endmacro %}
