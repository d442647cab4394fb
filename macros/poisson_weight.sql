{% macro poisson_weight(u) -%}
(
    case when {{ u }} >= 0.367879 then 1.0 else 0.0 end
    {%- for bound in (0.735759, 0.919699, 0.981012, 0.996340, 0.999406, 0.999917) %}
    + case when {{ u }} >= {{ bound }} then 1.0 else 0.0 end
    {%- endfor %}
)
{%- endmacro %}
