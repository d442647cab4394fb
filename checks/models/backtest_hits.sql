-- One row per request and lag: is the answer among the top topics of the signals that old?

with

lags as (

    select lags.hours * 3600.0 as lag_s
    from (
        values (0.0), (1.0), (6.0), (12.0), (24.0), (48.0), (72.0), (120.0), (168.0), (240.0),
        (336.0)
    ) as lags(hours)

),

looks as (

    select
        backtests.nth as request,
        backtests.person_id,
        backtests.topic,
        lags.lag_s,
        -- the page load itself is no signal
        backtests.serve_us - {{ var_us('serve_guard') }} - cast(lags.lag_s * 1000000.0 as bigint)
        as cut_us
    from {{ ref('backtests') }} as backtests
    cross join lags

),

people as (

    select distinct backtests.person_id
    from {{ ref('backtests') }} as backtests

),

timeline as (

    select
        topic_events.person_id,
        topic_events.event_us as us,
        topic_events.nth,
        cast(null as bigint) as request,
        cast(null as double) as lag_s
    from {{ ref('topic_events') }} as topic_events
    join people on topic_events.person_id = people.person_id
    union all
    select looks.person_id, looks.cut_us, 0, looks.request, looks.lag_s
    from looks

),

counted as (

    -- events come before the looks of the same instant
    select
        request,
        lag_s,
        max(nth) over (
            partition by person_id
            order by us, case when request is null then 0 else 1 end
        ) as newest
    from timeline

),

remembered as (

    select
        looks.request,
        looks.person_id,
        looks.topic,
        looks.lag_s,
        counted.newest,
        min(counted.newest) over (partition by looks.request) as oldest
    from looks
    join counted
        on looks.request = counted.request
        and looks.lag_s = counted.lag_s

),

places as (

    -- the newest signals weigh most
    select
        remembered.request,
        remembered.person_id,
        remembered.lag_s,
        remembered.newest - ages.i as nth,
        exp(-cast(ages.i as double) / {{ var('drift_decay') }}) as weight
    from remembered
    cross join {{ counting(var('drift_events')) }} as ages
    where remembered.oldest > 0

),

weighed as (

    select
        places.request,
        places.lag_s,
        topic_events.topic,
        sum(places.weight) as weight
    from places
    join {{ ref('topic_events') }} as topic_events
        on places.person_id = topic_events.person_id
        and places.nth = topic_events.nth
    group by places.request, places.lag_s, topic_events.topic

),

ranked as (

    select
        weighed.request,
        weighed.lag_s,
        weighed.topic,
        row_number() over (
            partition by weighed.request, weighed.lag_s
            order by weighed.weight desc, weighed.topic
        ) as place
    from weighed

)

select
    remembered.request,
    remembered.person_id,
    remembered.lag_s,
    case when ranked.place <= list_sizes.n_topics then 1.0 else 0.0 end as hit
from remembered
cross join {{ ref('list_sizes') }} as list_sizes
left join ranked
    on remembered.request = ranked.request
    and remembered.lag_s = ranked.lag_s
    and remembered.topic = ranked.topic
where remembered.oldest > 0
