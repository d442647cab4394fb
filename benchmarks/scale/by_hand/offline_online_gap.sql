-- The share of lists that held what their person turned to within a day.
with requests as (
    select request_id, key, serve_ts
    from 'serving.parquet'
    where serve_ts >= timestamp '2026-03-04' and serve_ts < timestamp '2026-03-31'
),
wanted as (
    select requests.request_id, events.item_id
    from requests
    join 'events/*/*.parquet' as events
        on events.key = requests.key
        and events.event_ts > requests.serve_ts
        and events.event_ts <= requests.serve_ts + interval 1 day
    where events.event_ts >= timestamp '2026-03-04' and events.event_ts < timestamp '2026-04-01'
    group by requests.request_id, events.item_id
)
select
    avg(hit) as hit_rate,
    count(*) as requests
from (
    select wanted.request_id, max(cast(served.item_id is not null as int)) as hit
    from wanted
    left join 'served_items.parquet' as served
        on wanted.request_id = served.request_id and wanted.item_id = served.item_id
    group by wanted.request_id
) as judged
