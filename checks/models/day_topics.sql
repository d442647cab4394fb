-- One row per person, UTC day and topic, promoted or not: its events, and those of its part of the day.

with

counted as (

    select
        topic_events.person_id,
        topic_events.topic,
        {{ epoch_day('topic_events.event_us') }} as day,
        cast(count(*) as double) as n_events
    from {{ ref('topic_events') }} as topic_events
    join {{ ref('drift_people') }} as drift_people
        on topic_events.person_id = drift_people.person_id
    group by
        topic_events.person_id,
        topic_events.topic,
        {{ epoch_day('topic_events.event_us') }}

),

marked as (

    select
        counted.person_id,
        counted.topic,
        counted.day,
        counted.n_events,
        coalesce(every_topic.day, own_topic.day) is not null as is_promoted
    from counted
    left join {{ ref('promoted_topics') }} as every_topic
        on counted.day = every_topic.day
        and every_topic.topic is null
    left join {{ ref('promoted_topics') }} as own_topic
        on counted.day = own_topic.day
        and counted.topic = own_topic.topic

)

select
    person_id,
    topic,
    day,
    is_promoted,
    n_events,
    sum(n_events) over (partition by person_id, day, is_promoted) as n_part
from marked
