{% macro segment_sums(source, sums, segments, own=[]) -%}
select requests.person_id
    {%- for segment in segments %}, {{ 'source_rows' if segment in own else 'requests' }}.{{ segment }}{% endfor %}
    {%- for sum in sums %}, sum(source_rows.{{ sum }}) as {{ sum }}{% endfor %}
from {{ source }} as source_rows
join {{ ref('requests') }} as requests on source_rows.request_id = requests.request_id
group by requests.person_id
    {%- for segment in segments %}, {{ 'source_rows' if segment in own else 'requests' }}.{{ segment }}{% endfor %}
{%- endmacro %}
