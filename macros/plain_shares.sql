{% macro plain_shares(share, segments, exact, counted) -%}
select
    {{ named_segments(segments) }}
    {% if counted -%}
    cast(n_failures as bigint) as failures,
    cast(n_rows as bigint) as failures_n,
    {% endif -%}
    own_share as {{ share }},
    {% if not exact -%}
    {{ wilson_low('own_share', 'n_rows') }} as {{ share }}_low,
    {{ wilson_high('own_share', 'n_rows') }} as {{ share }}_high,
    {% endif -%}
    cast(n_rows as bigint) as {{ share }}_n
from shares
{%- endmacro %}
