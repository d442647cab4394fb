{% macro clustered_bound(p, se, persons, side, share=true) -%}
{%- set bound = p ~ ' ' ~ side ~ ' 1.96 * ' ~ se -%}
{%- if share -%}
case
    when {{ se }} > 0.0 and {{ bound }} < 0.0 then 0.0
    when {{ se }} > 0.0 and {{ bound }} > 1.0 then 1.0
    when {{ se }} > 0.0 then {{ bound }}
    else {{ wilson_bound(p, persons, side) }}
end
{%- else -%}
case when {{ se }} > 0.0 then {{ bound }} end
{%- endif -%}
{%- endmacro %}
