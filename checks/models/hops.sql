-- One row per hop of the pipeline: the rows at its two stations in the window, and its limit.

{% set declared = var('hop_limits').value or () %}

with

names as (

    select names.hop, names.source, names.target
    from (values
        ('event_to_served', 'event', 'served'),
        ('event_to_ingested', 'event', 'ingested'),
        ('ingested_to_snapshot', 'ingested', 'snapshot'),
        ('snapshot_to_written', 'snapshot', 'written'),
        ('written_to_served', 'written', 'served'),
        ('snapshot_to_served', 'snapshot', 'served')
    ) as names(hop, source, target)

),

taken as (

    select
        count(*) as n_snapshots,
        count(case when snapshots.written_us < {{ as_of_us() }} then 1 end) as n_written
    from {{ ref('snapshots') }} as snapshots
    where snapshots.snapshot_us >= {{ window_start_us() }}

),

asked_for as (

    select count(*) as n_requests
    from {{ ref('requests') }} as requests

),

stations as (

    select 'event' as station, log_span.window_events as n_rows
    from {{ ref('log_span') }} as log_span
    union all
    select 'ingested', log_span.ingested_events from {{ ref('log_span') }} as log_span
    union all
    select 'snapshot', taken.n_snapshots from taken
    union all
    select 'written', taken.n_written from taken
    union all
    select 'served', asked_for.n_requests from asked_for

)

-- a station without rows is one that nobody logs
select
    names.hop,
    nullif(sources.n_rows, 0) as source_rows,
    nullif(targets.n_rows, 0) as target_rows,
    {% if declared -%}
    cast(case names.hop
        {%- for entry in declared %}
        {%- set hop, seconds = entry.rsplit('=', 1) %}
        when {{ literal(hop) }} then {{ seconds | float }}
        {%- endfor %}
    end as double) as lag_limit
    {%- else -%}
    cast(null as double) as lag_limit
    {%- endif %}
from names
left join stations as sources on names.source = sources.station
left join stations as targets on names.target = targets.station
