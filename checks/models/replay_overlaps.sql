-- One row per stand-in that was tried: how much of the served lists it reproduces.

with

fitted as (

    select replay_lists.*
    from {{ ref('replay_lists') }} as replay_lists
    where replay_lists.profile = 0 and replay_lists.items = 0 and replay_lists.nth <= {{ var('replay_fit_requests') }}

),

popular as (

    -- popularity alone first: the two half-lives that fit best are tried with profiles
    select
        popularity.unit_kind,
        popularity.half_life_h,
        row_number() over (
            partition by popularity.unit_kind
            order by sum(served.worth) desc, popularity.half_life_h
        ) as place
    from fitted
    join {{ ref('replay_fit_popularity') }} as popularity
        on fitted.cut_hour = popularity.cut_hour
    join {{ ref('replay_served_units') }} as served
        on fitted.nth = served.nth
        and popularity.unit_kind = served.unit_kind
        and popularity.unit = served.unit
    where popularity.place <= served.width
    group by popularity.unit_kind, popularity.half_life_h

),

proxies as (

    select
        family.*,
        row_number() over (
            order by family.unit_kind, family.popularity_share, family.memory, family.half_life_h
        ) as proxy,
        {{ var('replay_fit_requests') }} as most_requests
    from {{ ref('replay_family') }} as family
    join popular
        on family.unit_kind = popular.unit_kind
        and family.half_life_h = popular.half_life_h
    where popular.place <= 2

),

scores as (

    select scores.*
    from {{ replay_scores('fitted', 'proxies', ref('replay_fit_popularity')) }} as scores

),

allowed as (

    select scores.*
    from scores
    cross join {{ ref('replay_repeats') }} as replay_repeats
    left join {{ ref('replay_history') }} as history
        on scores.nth = history.nth
        and scores.unit_kind = history.unit_kind
        and scores.unit = history.unit
        and history.profile = 0
        and history.unit_kind = 'item'
    where history.unit is null or replay_repeats.are_served

),

ranked as (

    select
        allowed.*,
        row_number() over (
            partition by allowed.nth, allowed.proxy
            order by allowed.score desc, allowed.unit
        ) as place
    from allowed

),

reproduced as (

    select
        ranked.proxy,
        sum(served.worth) as worth
    from ranked
    join {{ ref('replay_served_units') }} as served
        on ranked.nth = served.nth
        and ranked.unit_kind = served.unit_kind
        and ranked.unit = served.unit
    where ranked.place <= served.width
    group by ranked.proxy

),

requests as (

    select cast(count(*) as double) as n_requests
    from fitted

)

select
    proxies.proxy,
    proxies.unit_kind,
    proxies.memory,
    proxies.half_life_h,
    proxies.popularity_share,
    coalesce(reproduced.worth, 0.0) / nullif(requests.n_requests, 0.0) as overlap,
    row_number() over (order by coalesce(reproduced.worth, 0.0) desc, proxies.proxy) as place
from proxies
cross join requests
left join reproduced on proxies.proxy = reproduced.proxy
