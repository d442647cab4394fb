-- One row per training example and feature: what was learnt from, and when it could be known.

select
    moment(event_us) as label_ts,
    moment(snapshot_us) as feature_available_ts,
    'history_events' as feature,
    cast(n_events as double) as value,
    category
from random_split.scored
order by event_us, event_id
