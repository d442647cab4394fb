-- One row: the hit rate that the same model would reach in the planned pipeline.

with

figures as (

    select
        {%- for figure in ['what_if', 'observed', 'lift'] %}
        max(case when intervals.figure = '{{ figure }}' then intervals.value end) as {{ figure }},
        max(case when intervals.figure = '{{ figure }}' then intervals.low end) as {{ figure }}_low,
        max(case when intervals.figure = '{{ figure }}' then intervals.high end)
            as {{ figure }}_high,
        {%- endfor %}
        coalesce(max(intervals.n), 0.0) as n,
        max(intervals.persons) as persons,
        max(intervals.positives) as positives
    from {{ ref('replay_intervals') }} as intervals

)

select
    {%- for figure in ['what_if', 'lift'] %}
    {%- for part in ['', '_low', '_high'] %}
    case when gates.reason is null then figures.{{ figure }}{{ part }} end as {{ figure }}{{ part }},
    {%- endfor %}
    figures.n as {{ figure }}_n,
    figures.persons as {{ figure }}_persons,
    figures.positives as {{ figure }}_positives,
    gates.reason as {{ figure }}_reason,
    {%- endfor %}
    figures.observed,
    figures.observed_low,
    figures.observed_high,
    figures.n as observed_n,
    figures.persons as observed_persons,
    figures.positives as observed_positives,
    gates.overlap as proxy_overlap,
    gates.contrast as proxy_contrast,
    {%- for split in ['age', 'activity'] %}
    -- what is less than chance makes is none
    case when gates.{{ split }}_spread > 0.0 then gates.{{ split }}_spread
        when gates.{{ split }}_spread is not null then 0.0 end as {{ split }}_spread,
    {%- endfor %}
    gates.activity_reason as activity_spread_reason,
    {%- for part in ['', '_low', '_high', '_n', '_persons', '_positives', '_reason'] %}
    standards.{{ part[1:] or 'value' }} as standardised{{ part }},
    {%- endfor %}
    standards.overlap as standardised_overlap,
    standards.fresh_age_low,
    standards.fresh_age_high,
    standards.target_age,
    {%- for part in ['', '_low', '_high', '_n', '_persons', '_positives', '_reason'] %}
    finer.{{ part[1:] or 'value' }} as standardised_finer{{ part }},
    {%- endfor %}
    finer.overlap as finer_overlap
from {{ ref('replay_gates') }} as gates
cross join figures
join {{ ref('standardised_hits') }} as standards on standards.level = 'coarse'
join {{ ref('standardised_hits') }} as finer on finer.level = 'fine'
