-- One row: from when to when the event log can be trusted, and what its events carry.

select
    min(events.event_us) as first_us,
    -- the log ends where ingestion stopped, which may be before the run's own instant
    case
        when max(events.ingested_us) < {{ as_of_us() }} then max(events.ingested_us)
        when max(events.ingested_us) >= {{ as_of_us() }} then {{ as_of_us() }}
    end as end_us,
    count(events.session_id) > 0 as has_sessions,
    count(
        case when events.event_us >= {{ window_start_us() }} and not events.is_bot then 1 end
    ) as window_events,
    {% if mapped('events.ingested_ts') -%}
    count(
        case
            when events.event_us >= {{ window_start_us() }}
                and not events.is_bot
                and events.ingested_us < {{ as_of_us() }}
                then 1
        end
    ) as ingested_events,
    {%- else -%}
    cast(null as bigint) as ingested_events,
    {%- endif %}
    count(
        case
            when events.event_us >= {{ window_start_us() }}
                and not events.is_bot
                and events.key is null
                then 1
        end
    ) as keyless_events
from {{ ref('events') }} as events
