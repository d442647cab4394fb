-- One row per person and stratum, coarse or fine: the person's lists there, of each kind.

with

kinds as (

    select
        strata_requests.*,
        case when strata_requests.is_stale + strata_requests.is_split = 0 then 1.0 else 0.0 end as is_sound
    from {{ ref('strata_requests') }} as strata_requests

),

counted as (

    select
        person_id,
        cast(busy_third as varchar) || ' ' || cast(silence as varchar) || ' '
        || case when has_login then 'login' else 'none' end as stratum,
        -- what is not logged is a surface, or a place in the session, of its own
        coalesce(surface, 'none') || ' ' || coalesce(session_place, 'none') as place,
        silence = 9 as is_unseen,
        cast(count(*) as double) as n,
        sum(is_sound) as n_sound,
        sum(is_sound * hit) as sound_hits,
        sum(is_stale * (1 - is_split)) as n_stale,
        sum(is_split * (1 - is_stale)) as n_split,
        sum(is_stale * is_split) as n_both,
        min(case when is_sound = 1.0 then age_us end) as youngest_us,
        max(case when is_sound = 1.0 then age_us end) as oldest_us
    from kinds
    group by person_id, busy_third, silence, has_login, surface, session_place

)

select
    'fine' as level, person_id, stratum || ' ' || place as stratum, is_unseen,
    n, n_sound, sound_hits, n_stale, n_split, n_both, youngest_us, oldest_us
from counted
union all
select
    'coarse', person_id, stratum, is_unseen,
    sum(n), sum(n_sound), sum(sound_hits), sum(n_stale), sum(n_split), sum(n_both),
    min(youngest_us), max(oldest_us)
from counted
group by person_id, stratum, is_unseen
