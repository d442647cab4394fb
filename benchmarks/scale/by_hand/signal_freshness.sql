-- How old the newest signal was that the snapshot held when it answered.
with requests as (
    select key, serve_ts, snapshot_ts
    from 'serving.parquet'
    where serve_ts >= timestamp '2026-03-04' and serve_ts < timestamp '2026-04-01'
),
loads as (
    select key, ingested_ts, event_ts
    from 'events/*/*.parquet'
    where event_ts < timestamp '2026-04-01' and key in (select key from requests)
),
used as (
    select requests.serve_ts - max(loads.event_ts) as age
    from requests
    left join loads
        on requests.key = loads.key and loads.ingested_ts <= requests.snapshot_ts
    group by requests.key, requests.serve_ts
)
select
    quantile_cont(epoch(age), 0.5) as median_s,
    quantile_cont(epoch(age), 0.9) as p90_s,
    avg(cast(age is null as int)) as cold_share,
    count(*) as requests
from used
