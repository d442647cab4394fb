{% macro scoped_rows(source, segments) -%}
select 'all' as scope, source_rows.* from {{ source }} as source_rows
{%- for segment in segments %}
    union all
    select '{{ segment }} ' || source_rows.{{ segment }}, source_rows.*
    from {{ source }} as source_rows
    where source_rows.{{ segment }} is not null
{%- endfor %}
{%- endmacro %}
