-- One row per replicate and bin of the snapshot's age: the hit rate of the lists that were served.

with

bins as (

    select phase_hits.bin, avg(phase_hits.phase_s) / 86400.0 as lag_days
    from {{ ref('phase_hits') }} as phase_hits
    group by phase_hits.bin

),

own as (

    select
        phase_hits.person_id,
        phase_hits.bin,
        sum(phase_hits.hit) as hits,
        cast(count(*) as double) as tries,
        sum(case when phase_hits.is_missed then phase_hits.hit else 0.0 end) as chance_hits,
        sum(case when phase_hits.is_missed then 1.0 else 0.0 end) as chances
    from {{ ref('phase_hits') }} as phase_hits
    group by phase_hits.person_id, phase_hits.bin

),

rates as (

    select
        resamples.replicate,
        own.bin,
        sum(resamples.weight * own.hits) / nullif(sum(resamples.weight * own.tries), 0.0)
        as hit_rate,
        sum(resamples.weight * own.chance_hits) as chance_hits,
        sum(resamples.weight * own.chances) as chances,
        count(*) as persons
    from own
    join {{ ref('resamples') }} as resamples on own.person_id = resamples.person_id
    where resamples.weight > 0.0
    group by resamples.replicate, own.bin

)

select
    rates.replicate,
    bins.lag_days,
    rates.hit_rate,
    rates.persons,
    sum(rates.chance_hits) over (partition by rates.replicate)
    / nullif(sum(rates.chances) over (partition by rates.replicate), 0.0) as chance_rate
from rates
join bins on rates.bin = bins.bin
join {{ ref('phase_clock') }} as phase_clock
    -- an age that the clock tells cannot be told from the hour or the weekday
    on phase_clock.clock_share <= {{ var('max_clock_share') }}
