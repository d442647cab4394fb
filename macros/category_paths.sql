{% macro category_paths(source) -%}
(
    {%- if var('journey_by') == 'item' %}
    select item_id as category, category as ancestor, 1 as depth, 1 as depths
    from {{ ref('items') }} as path_items where category is not null
    {%- else %}
    select category, substring(category, 1, i - 1) as ancestor,
        row_number() over (partition by category order by i) as depth,
        count(*) over (partition by category) as depths
    from (select distinct category from {{ source }} as path_source) as path_names
    join {{ counting(256) }} as places
        on places.i <= length(path_names.category) and places.i > 1
    where substring(category, i, 1) = '.'
    {%- endif %}
)
{%- endmacro %}
