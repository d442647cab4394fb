{% macro segment_scopes(source, segments) -%}
select 'all' as scope
    {%- for segment in segments %}, cast(null as varchar) as {{ segment }}{% endfor %}
{%- for segment in segments %}
    union all
    select '{{ segment }} ' || source_rows.{{ segment }}
    {%- for other in segments -%}
    , {{ 'source_rows.' ~ segment if other == segment else 'cast(null as varchar)' }}
    {%- endfor %}
    from {{ source }} as source_rows
    where source_rows.{{ segment }} is not null
    group by source_rows.{{ segment }}
    having count(distinct source_rows.person_id) >= {{ var('min_segment_persons') }}
{%- endfor %}
{%- endmacro %}
