-- One row per replayed request and key of its profile, or that the planned pipeline would merge in.

with

profile_keys as (

    select
        replayed.nth,
        replayed.key
    from {{ ref('replay_requests') }} as replayed
    where replayed.nth <= {{ var('replay_requests') }}
    union all
    select
        replayed.nth,
        profile_periods.key
    from {{ ref('replay_requests') }} as replayed
    join {{ ref('profile_periods') }} as profile_periods
        on replayed.profile_id = profile_periods.profile_id
        and replayed.serve_us >= profile_periods.from_us
        and replayed.serve_us < profile_periods.to_us
    where replayed.nth <= {{ var('replay_requests') }}

),

identifiers as (

    select
        replayed.nth,
        links.id_type,
        links.id_value
    from profile_keys
    join {{ ref('replay_requests') }} as replayed
        on profile_keys.nth = replayed.nth
    join {{ ref('links') }} as links on profile_keys.key = links.key
    where
        links.seen_us <= replayed.run_us - {{ var_us('rebuild_latency') }}
        -- who is logged in when asking is known at once
        or links.key = replayed.key
        and links.seen_us <= replayed.serve_us + {{ var_us('login_guard') }}
    group by replayed.nth, links.id_type, links.id_value

),

all_keys as (

    select
        profile_keys.nth,
        profile_keys.key,
        1 as from_profile
    from profile_keys
    union all
    select
        identifiers.nth,
        links.key,
        0 as from_profile
    from identifiers
    join {{ ref('replay_requests') }} as replayed
        on identifiers.nth = replayed.nth
    -- every value leads to itself, and over other keys to further ones
    join {{ ref('value_ties') }} as value_ties
        on identifiers.id_type = value_ties.id_type
        and identifiers.id_value = value_ties.id_value
    join {{ ref('links') }} as links
        on value_ties.other_id_type = links.id_type
        and value_ties.other_id_value = links.id_value
    where
        value_ties.seen_us <= replayed.run_us - {{ var_us('rebuild_latency') }}
        and links.seen_us <= replayed.run_us - {{ var_us('rebuild_latency') }}

)

select
    all_keys.nth,
    all_keys.key,
    replayed.serve_us,
    replayed.snapshot_us,
    replayed.run_us,
    max(all_keys.from_profile) = 1 as in_profile
from all_keys
join {{ ref('replay_requests') }} as replayed on all_keys.nth = replayed.nth
group by
    all_keys.nth,
    all_keys.key,
    replayed.serve_us,
    replayed.snapshot_us,
    replayed.run_us
