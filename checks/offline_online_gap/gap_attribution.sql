-- One row, and one per segment: what stale signals, stale items and split identities cost, and what else is lost.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] %}
{% set figures = ['stale_signals', 'stale_items', 'identity', 'observed', 'what_if'] %}

with

figures as (

    select
        intervals.scope, intervals.{{ segments | join(', intervals.') }},
        {%- for figure in figures %}
        max(case when intervals.figure = '{{ figure }}' then intervals.value end) as {{ figure }},
        max(case when intervals.figure = '{{ figure }}' then intervals.low end) as {{ figure }}_low,
        max(case when intervals.figure = '{{ figure }}' then intervals.high end)
            as {{ figure }}_high,
        {%- endfor %}
        coalesce(max(intervals.n), 0.0) as n,
        max(intervals.persons) as persons,
        max(intervals.positives) as positives
    from {{ ref('replay_segments') }} as intervals
    group by intervals.scope, intervals.{{ segments | join(', intervals.') }}

),

evidence as (

    select
        count(*) > 0 as has_links
    from {{ ref('links') }} as links

)

select
    figures.{{ segments | join(', figures.') }},
    {%- set present = {
        'stale_signals': 'true',
        'stale_items': 'false' if var('items') == 'static' else 'true',
        'identity': 'false' if var('rebuild_identity') == 'as_is' else 'evidence.has_links',
    } %}
    {%- for figure in ['stale_signals', 'stale_items', 'identity'] %}
    {%- for part in ['', '_low', '_high'] %}
    case when gates.reason is null and {{ present[figure] }} then figures.{{ figure }}{{ part }} end
        as {{ figure }}{{ part }},
    {%- endfor %}
    figures.n as {{ figure }}_n,
    figures.persons as {{ figure }}_persons,
    figures.positives as {{ figure }}_positives,
    gates.reason as {{ figure }}_reason,
    {%- endfor %}
    case when gates.reason is null and target.reason is null then target.offline - mix.score end
        as mix,
    coalesce(
        target.reason, case when mix.score is null and figures.scope = 'all'
            then 'not_identified: offline_rows does not tell histories' end
    ) as mix_reason,
    -- where the mix is not known, it is part of the rest
    case when gates.reason is null and target.reason is null
        then coalesce(mix.score, target.offline) - figures.what_if
    end as rest,
    coalesce(gates.reason, target.reason) as rest_reason,
    figures.observed,
    figures.observed_low,
    figures.observed_high,
    figures.n as observed_n,
    figures.persons as observed_persons,
    figures.positives as observed_positives
from {{ ref('replay_gates') }} as gates
cross join figures
cross join evidence
-- offline nobody is on a surface or a device
left join {{ ref('replay_target') }} as target on figures.scope = 'all'
left join {{ ref('replay_mix') }} as mix on figures.scope = 'all'
