-- One row for all requests, per segment and per class of age: the mean age and its four terms.

{% set segments = ['surface', 'device_class', 'region', 'model_version', 'activity', 'tenure'] -%}
{% set hours = [0, 0.25, 0.5, 1, 2, 3, 6, 12, 18, 24, 36, 48, 72, 96, 120, 144, 168, 240, 336, 504] -%}
with

ages as (

    select
        signals.request_id, 1 as n,
        cast(signals.serve_us - signals.used_us as double) / 1000000.0 as signal_age,
        cast(signals.serve_us - signals.newest_us as double) / 1000000.0 as inactivity,
        -- without any evidence the share of identity is not nought but unknown
        case
            when evidence.n_links > 0
                then cast(signals.newest_us - signals.profile_us as double) / 1000000.0
        end as identity_gap,
        cast(signals.profile_us - signals.arrived_us as double) / 1000000.0 as ingestion,
        cast(signals.arrived_us - signals.used_us as double) / 1000000.0 as refresh,
        case
            {%- for hour in hours | reverse %}
            when signals.serve_us - signals.used_us >= {{ (hour * 3600000000) | int }}
                then 'aged {{ hour }}'
            {%- endfor %}
        end as age_class
    from {{ ref('signals') }} as signals
    cross join (select count(*) as n_links from {{ ref('link_evidence') }} as links) as evidence
    where signals.used_us is not null

),

people as (

    {{ segment_sums(
        'ages', ['n', 'signal_age', 'inactivity', 'identity_gap', 'ingestion', 'refresh'],
        segments + ['age_class'], own=['age_class']
    ) }}

),

scoped as ({{ scoped_rows('people', segments + ['age_class']) }}),

scopes as (

    select segment_scopes.*, cast(null as double) as age_h
    from ({{ segment_scopes('people', segments) }}) as segment_scopes
    union all
    select 'age_class ' || classes.name,
        {%- for segment in segments %} cast(null as varchar),{% endfor %} cast(classes.hours as double)
    from (values
        {%- for hour in hours %} ('aged {{ hour }}', {{ hour | float }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as classes(name, hours)

)

select
    scopes.{{ segments | join(', scopes.') }}, scopes.age_h,
    total.value as mean_signal_age, total.low as mean_signal_age_low,
    total.high as mean_signal_age_high, coalesce(total.n, 0) as mean_signal_age_n,
    -- a class of age is there to be drawn, however few are in it
    case when scopes.age_h is null then total.persons end as mean_signal_age_persons,
    {%- for name, step in {
        'mean_user_inactivity': 'inactivity', 'mean_identity': 'identity_gap',
        'mean_ingestion': 'ingestion', 'mean_refresh': 'refresh'
    }.items() %}
    {{ step }}.value as {{ name }}, {{ step }}.low as {{ name }}_low, {{ step }}.high as {{ name }}_high
    {{- '' if loop.last else ',' }}
    {%- endfor %}
from scopes
left join {{ clustered_ratio('scoped', 'signal_age', 'n', by=['scope'], share=false) }} as total
    on scopes.scope = total.scope
{%- for step in ['inactivity', 'identity_gap', 'ingestion', 'refresh'] %}
left join {{ clustered_ratio('scoped', step, 'n', by=['scope'], share=false) }} as {{ step }}
    on scopes.scope = {{ step }}.scope
{%- endfor %}
