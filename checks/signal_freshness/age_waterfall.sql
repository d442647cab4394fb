-- One row for all requests, per surface and per class of age: the mean age and its four terms.

{% set hours = [0, 0.25, 0.5, 1, 2, 3, 6, 12, 18, 24, 36, 48, 72, 96, 120, 144, 168, 240, 336, 504] -%}
with

ages as (

    select
        signals.person_id, signals.surface,
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

scoped as (

    select 'all' as scope, ages.* from ages
    union all
    -- what is on no surface is in no scope
    select 'on ' || surface, ages.* from ages
    union all
    select age_class, ages.* from ages

),

scopes as (

    select 'all' as scope, cast(null as varchar) as surface, cast(null as double) as age_h
    union all
    select distinct 'on ' || surface, surface, cast(null as double) from ages where surface is not null
    union all
    select classes.scope, cast(null as varchar), cast(classes.hours as double)
    from (values
        {%- for hour in hours %} ('aged {{ hour }}', {{ hour | float }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as classes(scope, hours)

)

select
    scopes.surface, scopes.age_h,
    total.value as mean_signal_age, total.low as mean_signal_age_low,
    total.high as mean_signal_age_high, coalesce(total.n, 0) as mean_signal_age_n,
    -- a class of age is there to be drawn, however few are in it
    case when scopes.age_h is null then total.persons end as mean_signal_age_persons,
    inactivity.value as mean_user_inactivity,
    inactivity.low as mean_user_inactivity_low, inactivity.high as mean_user_inactivity_high,
    identity_gap.value as mean_identity,
    identity_gap.low as mean_identity_low, identity_gap.high as mean_identity_high,
    ingestion.value as mean_ingestion,
    ingestion.low as mean_ingestion_low, ingestion.high as mean_ingestion_high,
    refresh.value as mean_refresh,
    refresh.low as mean_refresh_low, refresh.high as mean_refresh_high
from scopes
left join {{ clustered_ratio('scoped', 'signal_age', '1', by=['scope'], share=false) }} as total
    on scopes.scope = total.scope
left join {{ clustered_ratio('scoped', 'inactivity', '1', by=['scope'], share=false) }}
    as inactivity on scopes.scope = inactivity.scope
left join {{ clustered_ratio('scoped', 'identity_gap', '1', by=['scope'], share=false) }}
    as identity_gap on scopes.scope = identity_gap.scope
left join {{ clustered_ratio('scoped', 'ingestion', '1', by=['scope'], share=false) }} as ingestion
    on scopes.scope = ingestion.scope
left join {{ clustered_ratio('scoped', 'refresh', '1', by=['scope'], share=false) }} as refresh
    on scopes.scope = refresh.scope
