-- One row per category, per bin of the gap, per segment and one for all: how much came too late.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}

with

scoped as (

    select scope, person_id, items, unsignalled, settled, converted
    from ({{ scoped_rows(ref('late_people'), segments + ['category']) }}) as people
    union all
    -- what is in no bin is in no scope
    select 'gap ' || gap_bin, person_id, null, null, settled, converted
    from {{ ref('late_people') }} as people

),

windows as (

    select max(case when gap_bin is null then 1 else 0 end) as missing
    from {{ ref('late_people') }} as people

)

select
    scopes.category, scopes.gap, scopes.{{ segments | join(', scopes.') }},
    late.value as late_share, late.low as late_share_low, late.high as late_share_high,
    coalesce(late.n, 0) as late_share_n, late.persons as late_share_persons,
    case when windows.missing = 1 and scopes.gap is null
        then 'not_enough_data: too few purchases to tell how long people take to decide'
    end as late_share_reason,
    by_revenue.value as revenue_late_share,
    by_revenue.low as revenue_late_share_low, by_revenue.high as revenue_late_share_high,
    late.avoidable as avoidable_late_share,
    late.avoidable_low as avoidable_late_share_low,
    late.avoidable_high as avoidable_late_share_high,
    late.n as avoidable_late_share_n, late.avoidable_persons as avoidable_late_share_persons,
    scopes.slow_share as slow_revenue_share, scopes.slow_low as slow_revenue_share_low,
    scopes.slow_high as slow_revenue_share_high, scopes.slow_n as slow_revenue_share_n,
    scopes.slow_persons as slow_revenue_share_persons,
    scopes.value as median_gap, scopes.low as median_gap_low, scopes.high as median_gap_high,
    {{ clustered_columns('silent', 'no_signal_share') }},
    {{ clustered_columns('sold', 'conversion_rate') }}
from {{ ref('gap_scopes') }} as scopes
cross join windows
left join {{ ref('late_shares') }} as late on scopes.scope = late.scope
left join {{ ref('late_shares') }} as by_revenue
    on scopes.scope = 'all' and by_revenue.scope = 'by revenue'
left join {{ clustered_ratio('scoped', 'unsignalled', 'items', by=['scope']) }} as silent
    on scopes.scope = silent.scope
left join {{ clustered_ratio('scoped', 'converted', 'settled', by=['scope']) }} as sold
    on scopes.scope = sold.scope
