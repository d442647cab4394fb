{% macro quantile_limits(people, q, by=[]) -%}
{%- set group = (by | join(', ') ~ ', ') if by else '' -%}
(
    with limit_sums as (
        select {{ group }}cast(count(*) as double) as persons, coalesce(sum(tries), 0.0) as n,
            max(point) as point, max(tries) as most,
            sum((hits - {{ q }} * tries) * (hits - {{ q }} * tries)) as squares
        from {{ people }} {{ 'group by ' ~ by | join(', ') if by else '' }}
    ), limit_spreads as (
        select {{ group }}persons, n, point, case
            {#- one value per person: the order-statistic rule, exactly #}
            when most = 1.0 then sqrt(n * {{ q }} * (1.0 - {{ q }}))
            else sqrt(persons / nullif(persons - 1.0, 0.0) * squares) end as spread
        from limit_sums
    )
    select {{ group }}persons, n, point, cast(floor(n * {{ q }} - 1.96 * spread) as bigint) as nth_low,
        cast(ceil(n * {{ q }} + 1.96 * spread) as bigint) + 1 as nth_high
    from limit_spreads
)
{%- endmacro %}
