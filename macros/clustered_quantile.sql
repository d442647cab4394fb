{% macro clustered_quantile(source, value, q, by=[]) -%}
{%- set group = (by | join(', ') ~ ', ') if by else '' -%}
{%- set part = 'partition by ' ~ by | join(', ') if by else '' -%}
(
    with quantile_ranks as ( {#- rows that tie share their value: any order will do #}
        select {{ group }}person_id, cast({{ value }} as double) as x,
            row_number() over ({{ part }} order by {{ value }}) as nth,
            {{ q }} * cast(count(*) over ({{ part }}) - 1 as double) as place
        from {{ source }} as quantile_source where {{ value }} is not null
    ), quantile_points as (
        select {{ group }}person_id, x, place - floor(place) as weight,
            max(case when nth = floor(place) + 1 then x end) over ({{ part }}) as below,
            max(case when nth = ceil(place) + 1 then x end) over ({{ part }}) as above
        from quantile_ranks
    ), quantile_people as (
        select {{ group }}person_id, cast(count(*) as double) as tries,
            cast(count(case when x <= below then 1 end) as double) as hits,
            max(below + (above - below) * weight) as point
        from quantile_points group by {{ group }}person_id
    )
    select {% for column in by %}limits.{{ column }}, {% endfor %}
        max(limits.point) as value, max(limits.n) as n, max(limits.persons) as persons,
        max(case when ranks.nth = limits.nth_low then ranks.x end) as low,
        max(case when ranks.nth = limits.nth_high then ranks.x end) as high
    from {{ quantile_limits('quantile_people', q, by) }} as limits
    left join quantile_ranks as ranks on ranks.nth in (limits.nth_low, limits.nth_high)
        {%- for column in by %} and limits.{{ column }} = ranks.{{ column }}{% endfor %}
    {{ 'group by limits.' ~ by | join(', limits.') if by }}
)
{%- endmacro %}
