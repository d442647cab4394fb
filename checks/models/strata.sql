-- One row per stratum whose lists can be compared, coarse or fine: its part and its sound hit rate.

{% set least = var('min_stratum_requests') %}

with

wanted as (

    -- a defect that the log hardly knows needs no cells
    select
        strata_people.level,
        case when sum(strata_people.n_stale + strata_people.n_both) >= {{ least }} then 1 else 0 end as has_stale,
        case when sum(strata_people.n_split + strata_people.n_both) >= {{ least }} then 1 else 0 end as has_split
    from {{ ref('strata_people') }} as strata_people
    group by strata_people.level

),

counted as (

    select
        strata_people.level,
        strata_people.stratum,
        strata_people.is_unseen,
        sum(strata_people.n) as n_requests,
        sum(strata_people.n_sound) as n_sound,
        count(case when strata_people.n_sound > 0.0 then 1 end) as n_people,
        sum(strata_people.sound_hits) as sound_hits,
        sum(strata_people.n_stale) as n_stale,
        sum(strata_people.n_split) as n_split,
        sum(strata_people.n_both) as n_both
    from {{ ref('strata_people') }} as strata_people
    group by strata_people.level, strata_people.stratum, strata_people.is_unseen

)

select
    counted.level,
    counted.stratum,
    counted.n_sound,
    counted.sound_hits / nullif(counted.n_sound, 0.0) as rate,
    counted.n_requests / nullif(sum(counted.n_requests) over (partition by counted.level), 0.0)
    as part,
    sum(counted.n_requests) over (partition by counted.level) as n_covered
from counted
join wanted on counted.level = wanted.level
where
    counted.n_sound >= {{ least }}
    -- m persons show (m - 1) / m of the spread between persons: of one, none
    and counted.n_people >= {{ var('min_stratum_persons') }}
    and (
        -- who was never seen before has no stale signal and no second profile
        counted.is_unseen
        or (
            (wanted.has_stale = 0 or counted.n_stale >= {{ least }})
            and (wanted.has_split = 0 or counted.n_split >= {{ least }})
            and (wanted.has_stale + wanted.has_split < 2 or counted.n_both >= {{ least }})
        )
    )
