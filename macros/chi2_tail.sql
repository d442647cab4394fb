{% macro chi2_tail(x, df) -%}
{#- Exact series for whole degrees of freedom. Of the odd ones the first term is erfc(sqrt(x/2)),
    by a Chebyshev fit with a relative error below 1.2e-7. -#}
{%- set h, t = '(' ~ x ~ ' / 2.0)', '(1.0 / (1.0 + 0.5 * sqrt(' ~ x ~ ' / 2.0)))' -%}
case
    when {{ df }} < 1 or {{ df }} > 20 then null
    {#- some engines refuse an exponential that underflows #}
    when {{ x }} > 1000.0 then 0.0
    when {{ df }} - 2 * floor({{ df }} / 2.0) = 0 then exp(-{{ h }}) * (0.0
        {%- for factorial in [1, 1, 2, 6, 24, 120, 720, 5040, 40320, 362880] %}
        + case when {{ df }} > {{ 2 * loop.index0 }}
            then power({{ h }}, {{ loop.index0 }}) / {{ factorial }}.0 else 0.0 end
        {%- endfor %})
    else {{ t }} * exp(-{{ h }} - 1.26551223 {% for c in [1.00002368, 0.37409196, 0.09678418,
        -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277] -%}
        + {{ t }} * ({{ c }} {% endfor %} {{ ')' * 9 }})
        + exp(-{{ h }}) * sqrt({{ h }}) * (0.0
        {%- for gamma in [0.886226925452758, 1.329340388179137, 3.323350970447843,
            11.631728396567448, 52.34277778455352, 287.8852778150443, 1871.2543057977884,
            14034.407293483413, 119292.46199460901] %}
        + case when {{ df }} > {{ 2 * loop.index0 + 1 }}
            then power({{ h }}, {{ loop.index0 }}) / {{ gamma }} else 0.0 end
        {%- endfor %})
end
{%- endmacro %}
