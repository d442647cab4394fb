-- One row per request whose list was older than the person's newest action, the worst first.

select
    signals.request_id,
    signals.person_id,
    signals.surface,
    {{ time_text('signals.serve_us') }} as served_at,
    cast(signals.serve_us - signals.used_us as double) / 1000000.0 as signal_age_s,
    cast(signals.newest_us - signals.used_us as double) / 1000000.0 as avoidable_s
from {{ ref('signals') }} as signals
where signals.used_us < signals.newest_us
order by signals.newest_us - signals.used_us desc, signals.request_id
