{% macro clustered_columns(source, metric) -%}
{{ source }}.value as {{ metric }},
    {{ source }}.low as {{ metric }}_low,
    {{ source }}.high as {{ metric }}_high,
    {{ source }}.n as {{ metric }}_n,
    {{ source }}.persons as {{ metric }}_persons
{%- endmacro %}
