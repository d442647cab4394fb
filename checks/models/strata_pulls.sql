-- One row per person with lists in comparable strata, and level: the pull on the standardised rate.

with

found as (

    select level, sum(part * rate) as value, max(n_covered) as n_covered
    from {{ ref('strata') }} as strata
    group by level

)

-- what each person adds to the rates of the strata, and to the strata's sizes
select
    people.level,
    people.person_id,
    max(found.value) as value,
    max(found.n_covered) as n_covered,
    sum(people.n_sound) as n_sound,
    sum(people.sound_hits) as sound_hits,
    min(people.youngest_us) as youngest_us,
    max(people.oldest_us) as oldest_us,
    sum(
        strata.part / nullif(strata.n_sound, 0.0)
        * (people.sound_hits - people.n_sound * strata.rate)
        + people.n * (strata.rate - found.value) / nullif(found.n_covered, 0.0)
    ) as pull
from {{ ref('strata_people') }} as people
join {{ ref('strata') }} as strata
    on people.level = strata.level
    and people.stratum = strata.stratum
join found on people.level = found.level
group by people.level, people.person_id
