{% macro outside(column, min_value, max_value, inclusive) -%}
{%- set below, above = (' < ', ' > ') if inclusive else (' <= ', ' >= ') -%}
({{ '1 = 0' if min_value is none else column ~ below ~ min_value }}
    or {{ '1 = 0' if max_value is none else column ~ above ~ max_value }})
{%- endmacro %}
