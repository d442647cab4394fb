-- One row per hop of the signal that a list used, per hop and surface, and one for the whole way.

with

lags as (

    select
        ways.person_id, ways.surface, hops.hop, hops.lag_limit,
        cast(case hops.hop
            when 'event_to_served' then ways.serve_us - ways.event_us
            when 'event_to_ingested' then ways.ingested_us - ways.event_us
            when 'ingested_to_snapshot' then ways.snapshot_us - ways.ingested_us
            when 'snapshot_to_written' then ways.written_us - ways.snapshot_us
            when 'written_to_served' then ways.serve_us - ways.written_us
            when 'snapshot_to_served' then ways.serve_us - ways.snapshot_us
        end as double) / 1000000.0 as lag
    from {{ ref('signal_ways') }} as ways
    cross join {{ ref('hops') }} as hops

),

marked as (

    select
        person_id, hop, surface, lag,
        case when lag is not null then 1 else 0 end as is_matched,
        case when lag < 0.0 then 1 when lag is not null then 0 end as is_negative,
        case when lag > lag_limit then 1 when lag <= lag_limit then 0 end as is_over
    from lags

),

scoped as (

    -- the whole way on each surface is signal_age
    select hop as scope, person_id, lag from marked
    union all
    select hop || ' on ' || surface, person_id, lag
    from marked
    where surface is not null and hop <> 'event_to_served'

),

cells as (

    select hop as scope, hop, cast(null as varchar) as surface
    from {{ ref('hops') }}
    union all
    select distinct hop || ' on ' || surface, hop, surface
    from marked
    where surface is not null and hop <> 'event_to_served'

)

select
    nullif(cells.hop, 'event_to_served') as hop, cells.surface,
    middle.value as median_lag, middle.low as median_lag_low, middle.high as median_lag_high,
    coalesce(middle.n, 0) as median_lag_n, coalesce(middle.persons, 0) as median_lag_persons,
    tail.value as p90_lag, tail.low as p90_lag_low, tail.high as p90_lag_high,
    average.value as mean_lag, average.low as mean_lag_low, average.high as mean_lag_high,
    matched.value as matched_share, negative.value as negative_share,
    hops.source_rows, hops.target_rows, hops.lag_limit,
    late.value as over_limit_share, late.low as over_limit_share_low,
    late.high as over_limit_share_high, late.n as over_limit_share_n
from cells
left join {{ clustered_quantile('scoped', 'lag', 0.5, by=['scope']) }} as middle
    on cells.scope = middle.scope
left join {{ clustered_quantile('marked', 'lag', 0.9, by=['hop']) }} as tail
    on cells.scope = tail.hop
left join {{ clustered_ratio('marked', 'lag', '1', by=['hop'], share=false) }} as average
    on cells.scope = average.hop
left join {{ clustered_ratio('marked', 'is_matched', '1', by=['hop']) }} as matched
    on cells.scope = matched.hop
left join {{ clustered_ratio('marked', 'is_negative', '1', by=['hop']) }} as negative
    on cells.scope = negative.hop
left join {{ clustered_ratio('marked', 'is_over', '1', by=['hop']) }} as late
    on cells.scope = late.hop
left join {{ ref('hops') }} as hops on cells.scope = hops.hop
