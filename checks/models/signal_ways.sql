-- One row per request: when the signal behind its list, if any, passed each station.

select
    requests.request_id,
    requests.person_id,
    requests.surface,
    signals.used_us as event_us,
    {% if mapped('events.ingested_ts') -%}
    min(person_events.ingested_us) as ingested_us,
    {%- else -%}
    cast(null as bigint) as ingested_us,
    {%- endif %}
    requests.snapshot_us,
    min(snapshots.written_us) as written_us,
    requests.serve_us
from {{ ref('signals') }} as signals
join {{ ref('requests') }} as requests on signals.request_id = requests.request_id
join {{ ref('moments') }} as moments on requests.request_id = moments.request_id
join {{ ref('moment_keys') }} as moment_keys
    on moments.moment_id = moment_keys.moment_id
    and moment_keys.in_profile
left join {{ ref('person_events') }} as person_events
    on moment_keys.key = person_events.key
    and signals.used_us = person_events.event_us
    and not person_events.is_backfill
left join {{ ref('snapshots') }} as snapshots
    on requests.profile_id = snapshots.profile_id
    and requests.snapshot_us = snapshots.snapshot_us
group by
    requests.request_id,
    requests.person_id,
    requests.surface,
    signals.used_us,
    requests.snapshot_us,
    requests.serve_us
