-- One row for all, per category, per bin of the gap and per segment: its median gap.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

placed as (

    select
        placements.person_id, placements.gap_s,
        requests.{{ segments | join(', requests.') }}
    from {{ ref('placements') }} as placements
    left join {{ ref('requests') }} as requests on placements.request_id = requests.request_id

),

scoped as ({{ scoped_rows('placed', segments) }}),

scopes as ({{ segment_scopes('placed', segments) }}),

bins as (

    select distinct gap_bin
    from {{ ref('late_people') }} as people
    where gap_bin is not null

)

select
    scope, category, cast(null as varchar) as gap,
    {%- for segment in segments %}
    cast(null as varchar) as {{ segment }},
    {%- endfor %}
    value, low, high, slow_share, slow_low, slow_high, slow_n, slow_persons
from {{ ref('category_gaps') }} as category_gaps
where is_shown
union all
select
    'gap ' || gap_bin, cast(null as varchar), gap_bin,
    {%- for segment in segments %} cast(null as varchar),{% endfor %}
    cast(null as double), cast(null as double), cast(null as double), cast(null as double),
    cast(null as double), cast(null as double), cast(null as double), cast(null as double)
from bins
union all
-- the revenue of slow categories is that of all who buy, on whatever surface
select
    scopes.scope, cast(null as varchar), cast(null as varchar),
    scopes.{{ segments | join(', scopes.') }},
    gaps.value, gaps.low, gaps.high,
    cast(null as double), cast(null as double), cast(null as double),
    cast(null as double), cast(null as double)
from scopes
left join {{ clustered_quantile('scoped', 'gap_s', 0.5, by=['scope']) }} as gaps
    on scopes.scope = gaps.scope
where scopes.scope <> 'all'
