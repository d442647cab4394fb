-- One row: the hit rate that the same model would reach in the planned pipeline.

with

figures as (

    select replay_intervals.*
    from {{ ref('replay_intervals') }} as replay_intervals

)

select
    {%- for figure in ['what_if', 'observed', 'lift'] %}
    max(case when figures.figure = '{{ figure }}' then figures.value end) as {{ figure }},
    max(case when figures.figure = '{{ figure }}' then figures.low end) as {{ figure }}_low,
    max(case when figures.figure = '{{ figure }}' then figures.high end) as {{ figure }}_high,
    coalesce(max(figures.n), 0.0) as {{ figure }}_n,
    coalesce(max(figures.persons), 0.0) as {{ figure }}_persons,
    max(figures.positives) as {{ figure }}_positives,
    {{ "cast(null as varchar)" if figure == 'observed' else "max(gates.reason)" }} as {{ figure }}_reason,
    {%- endfor %}
    max(gates.overlap) as proxy_overlap
from {{ ref('replay_gates') }} as gates
left join figures on figures.figure is not null
