{% macro clustered_ratio(source, numerator, denominator, by=[], share=true) -%}
{%- set group = (by | join(', ') ~ ', ') if by else '' -%}
{%- set grouped = 'group by ' ~ by | join(', ') if by else '' -%}
(
    with ratio_people as (
        select {{ group }}person_id, coalesce(sum(cast({{ numerator }} as double)), 0) as own_hits,
            coalesce(sum(case when {{ numerator }} is not null
                then cast({{ denominator }} as double) end), 0.0) as own_tries
        from {{ source }} as ratio_source group by {{ group }}person_id
    ), ratio_sums as (
        select {{ group }}cast(count(case when own_tries > 0.0 then 1 end) as double) as persons,
            coalesce(sum(own_hits), 0.0) as hits, coalesce(sum(own_tries), 0.0) as tries,
            sum(own_hits * own_hits) as hh, sum(own_hits * own_tries) as hn,
            sum(own_tries * own_tries) as nn
        from ratio_people {{ grouped }}
    ), ratio_squares as (
        select {{ group }}persons, hits, tries, hh, hits / nullif(tries, 0.0) as p,
            hh - hits / nullif(tries, 0.0) * (2.0 * hn - hits / nullif(tries, 0.0) * nn) as squares
        from ratio_sums
    ), ratio_errors as ( {#- what rounding leaves of a zero is a zero #}
        select {{ group }}persons, hits, tries, p, case when squares > 0.000000000001 * hh
            then sqrt(persons / nullif(persons - 1.0, 0.0) * squares) / nullif(tries, 0.0) end as se
        from ratio_squares
    )
    select {{ group }}p as value, tries as n, persons, hits as positives,
        {{ clustered_bound('p', 'se', 'persons', '-', share) }} as low,
        {{ clustered_bound('p', 'se', 'persons', '+', share) }} as high
    from ratio_errors
)
{%- endmacro %}
