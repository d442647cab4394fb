{% macro past_in_one(source, by, us, newest=[]) -%}
{#- all that was there at the first look is one row: sorting it would tell no more -#}
select {{ by | join(', ') }}, max({{ us }}) as us, count(*) as n_events
    {%- for column in newest %}, max({{ column }}) as {{ column }}{% endfor %}
from {{ source }} as past_rows
where {{ us }} < first_us
group by {{ by | join(', ') }}
union all
select {{ by | join(', ') }}, {{ us }} as us, 1 as n_events{% for column in newest %}, {{ column }}{% endfor %}

from {{ source }} as past_rows
where {{ us }} >= first_us
{%- endmacro %}
