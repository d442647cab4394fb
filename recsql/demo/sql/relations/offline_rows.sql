-- One row per example of the offline score that the team looks at.

{% if scenario.leaks -%}
select
    'leaky-random-split' as run_id,
    session_id,
    cast({{ world.k }} as bigint) as k,
    cast(hit as bigint) as hit,
    moment(event_us) as label_ts,
    moment(snapshot_us) as feature_available_ts,
    moment(last_event_us) as newest_feature_ts,
    n_events as history_events,
    n_events = 0 as cold,
    cast(tenure_us as double) / 1000000.0 as tenure_s,
    category
from random_split.scored
order by event_us, event_id
{%- else -%}
select
    replayed.run_id,
    replayed.session_id,
    cast({{ world.k }} as bigint) as k,
    cast(replayed.hit as bigint) as hit,
    moment(replayed.event_us) as label_ts,
    moment(replayed.available_us) as feature_available_ts,
    moment(replayed.last_event_us) as newest_feature_ts,
    coalesce(replayed.n_events, 0) as history_events,
    coalesce(replayed.n_events, 0) = 0 as cold,
    cast(replayed.tenure_us as double) / 1000000.0 as tenure_s,
    categories.category
from replayed
join categories on replayed.category_no = categories.category_no
order by replayed.event_us, replayed.request_id
{%- endif %}
