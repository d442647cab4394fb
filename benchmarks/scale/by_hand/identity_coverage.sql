-- The share of people with more than one key, and of the events that are theirs.
with people as (
    select id_value as person, count(distinct key) as n_keys
    from 'links.parquet'
    group by id_value
),
traffic as (
    select links.id_value as person, count(*) as n_events, count(distinct events.key) as n_active
    from 'events/*/*.parquet' as events
    join 'links.parquet' as links on events.key = links.key
    where events.event_ts >= timestamp '2026-03-04' and events.event_ts < timestamp '2026-04-01'
    group by links.id_value
)
select
    avg(cast(people.n_keys > 1 as int)) as person_share,
    sum(case when traffic.n_active > 1 then traffic.n_events end) * 1.0
        / sum(traffic.n_events) as traffic_share,
    count(*) as people
from people
left join traffic using (person)
