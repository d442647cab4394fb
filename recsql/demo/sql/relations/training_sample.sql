-- One row per training example and feature: what was learnt from, and when it could be known.

with

examples as (

{%- if scenario.leaks %}
    select
        event_id as example_id,
        event_us,
        snapshot_us as available_us,
        n_events,
        last_event_us,
        category
    from random_split.scored
{%- else %}
    select
        replayed.request_id as example_id,
        replayed.event_us,
        replayed.available_us,
        replayed.n_events,
        replayed.last_event_us,
        categories.category
    from replayed
    join categories on replayed.category_no = categories.category_no
{%- endif %}

),

features as (

    select
        example_id, event_us, available_us, category,
        'history_events' as feature,
        cast(n_events as double) as value
    from examples
    union all
    select
        example_id, event_us, available_us, category,
        'hours_since_last' as feature,
        cast(available_us - last_event_us as double) / 3600000000.0 as value
    from examples

)

select
    example_id,
    moment(event_us) as label_ts,
    moment(available_us) as feature_available_ts,
    feature,
    value,
    category
from features
order by event_us, example_id, feature
