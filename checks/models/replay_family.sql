-- One row per stand-in for the recommender: what it follows, how it forgets, how popular it stays.

with

memories as (

    -- half-lives in remembered items or events
    select memories.memory
    from (values (2.0), (6.0), (18.0)) as memories(memory)

),

popularity as (

    -- half-lives in hours: from half a day to a month
    select popularity.half_life_h
    from (values (6.0), (12.0), (24.0), (48.0), (96.0), (192.0), (768.0)) as popularity(half_life_h)

),

shares as (

    -- how much popularity weighs beside the profile; 1 = nothing else
    select shares.popularity_share
    from (values (0.0), (0.5), (0.75), (0.9)) as shares(popularity_share)

),

kinds as (

    select kinds.unit_kind
    from (values ('item'), ('category')) as kinds(unit_kind)

)

select
    kinds.unit_kind,
    cast(memories.memory as double) as memory,
    cast(popularity.half_life_h as double) as half_life_h,
    cast(shares.popularity_share as double) as popularity_share
from kinds
cross join memories
cross join popularity
cross join shares
union all
select
    kinds.unit_kind,
    cast(1.0 as double) as memory,
    cast(popularity.half_life_h as double) as half_life_h,
    cast(1.0 as double) as popularity_share
from kinds
cross join popularity
