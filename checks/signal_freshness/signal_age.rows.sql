-- One row per request whose person had newer events than its list used, and what kept them out.

with

ranked as (

    select
        signals.*,
        signals.serve_us - signals.newest_us as inactive_us,
        signals.newest_us - signals.profile_us as identity_us,
        signals.profile_us - signals.arrived_us as ingestion_us,
        signals.arrived_us - signals.used_us as refresh_us,
        row_number() over (
            order by signals.newest_us - signals.used_us desc, signals.request_id
        ) as nth
    from {{ ref('signals') }} as signals
    where signals.used_us < signals.newest_us

),

worst as (

    -- events are looked up for the rows that are shown
    select ranked.*
    from ranked
    where ranked.nth <= 20

)

select
    ranked.request_id,
    requests.key,
    requests.profile_id,
    ranked.surface,
    {{ time_text('ranked.serve_us') }} as served_at,
    ranked.unseen_events,
    events.other_key_events,
    cast(ranked.serve_us - ranked.snapshot_us as double) / 1000000.0 as snapshot_age_s,
    cast(ranked.serve_us - ranked.used_us as double) / 1000000.0 as signal_age_s,
    cast(ranked.newest_us - ranked.used_us as double) / 1000000.0 as avoidable_s,
    {%- for term in ['inactive', 'identity', 'ingestion', 'refresh'] %}
    cast(ranked.{{ term }}_us as double) / 1000000.0 as {{ term }}_s,
    {%- endfor %}
    case
        when ranked.refresh_us >= ranked.ingestion_us and ranked.refresh_us >= ranked.identity_us
            then 'feature refresh'
        when ranked.ingestion_us >= ranked.identity_us then 'ingestion'
        else 'identity merge'
    end as step,
    {%- for name in ['newest', 'profile', 'arrived', 'used', 'second', 'third'] %}
    events.{{ name }}_at,
    events.{{ name }}_event_id,
    {%- endfor %}
    events.newest_category,
    events.newest_key,
    events.second_category,
    events.second_key,
    events.third_category,
    events.third_key
from ranked
join {{ ref('requests') }} as requests on ranked.request_id = requests.request_id
left join {{ unseen_signals('worst') }} as events on ranked.request_id = events.request_id
order by ranked.nth
