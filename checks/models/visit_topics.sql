-- One row per person, visit and topic that was not promoted: its events, and those of the visit.

with

visited as (

    -- a visit of the person, on whichever device, ends with a silence longer than a session's gap
    select
        topic_events.person_id,
        topic_events.topic,
        max(
            case
                when topic_events.event_us - topic_events.previous_us <= {{ var_us('session_gap') }}
                    then 0
                else topic_events.event_us
            end
        ) over (
            partition by topic_events.person_id
            order by topic_events.nth
            rows between unbounded preceding and current row
        ) as start_us
    from {{ ref('topic_events') }} as topic_events
    join {{ ref('drift_people') }} as drift_people
        on topic_events.person_id = drift_people.person_id
    -- lags of hours are all there within two weeks
    where topic_events.event_us >= {{ as_of_us('14d') }}

),

counted as (

    select
        visited.person_id,
        visited.start_us,
        {{ epoch_day('visited.start_us') }} as day,
        visited.topic,
        cast(count(*) as double) as n_events
    from visited
    where visited.start_us > 0
    group by
        visited.person_id,
        visited.start_us,
        {{ epoch_day('visited.start_us') }},
        visited.topic

)

select
    counted.person_id,
    counted.start_us,
    counted.day,
    counted.topic,
    counted.n_events,
    sum(counted.n_events) over (partition by counted.person_id, counted.start_us) as n_visit
from counted
left join {{ ref('promoted_topics') }} as every_topic
    on counted.day = every_topic.day
    and every_topic.topic is null
left join {{ ref('promoted_topics') }} as own_topic
    on counted.day = own_topic.day
    and counted.topic = own_topic.topic
where coalesce(every_topic.day, own_topic.day) is null
