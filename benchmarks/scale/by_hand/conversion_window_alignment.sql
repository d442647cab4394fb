-- The share of shown categories whose person decided longer ago than half of all people need.
with journeys as (
    select key, category, min(event_ts) as started, min(case when event_type = 'purchase' then event_ts end) as bought
    from 'events/*/*.parquet'
    where event_ts < timestamp '2026-04-01'
    group by key, category
),
windows as (
    select category, quantile_cont(epoch(bought - started), 0.5) as window_s
    from journeys
    where bought > started
    group by category
),
shown as (
    select distinct serving.request_id, serving.key, serving.serve_ts, catalogue.category
    from 'serving.parquet' as serving
    join 'served_items.parquet' as served on serving.request_id = served.request_id
    join 'catalogue.parquet' as catalogue on served.item_id = catalogue.item_id
    where serving.serve_ts >= timestamp '2026-03-04' and serving.serve_ts < timestamp '2026-04-01'
),
gaps as (
    select shown.category, epoch(shown.serve_ts - max(events.event_ts)) as gap_s
    from shown
    join 'events/*/*.parquet' as events
        on events.key = shown.key
        and events.category = shown.category
        and events.event_ts < shown.serve_ts
    group by shown.request_id, shown.category, shown.serve_ts
)
select
    avg(cast(gaps.gap_s > windows.window_s as int)) as late_share,
    count(*) as shown
from gaps
join windows using (category)
