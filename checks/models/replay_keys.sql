-- One row per replayed request and key: whether it fed the profile, and when it was known to belong.

with

profile_keys as (

    select
        replayed.request_id,
        replayed.key
    from {{ ref('replay_requests') }} as replayed
    where replayed.nth <= {{ var('replay_requests') }}
    union all
    select
        replayed.request_id,
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
        profile_keys.request_id,
        links.id_type,
        links.id_value,
        min(links.seen_us) as seen_us,
        min(links.known_us) as known_us
    from profile_keys
    join {{ ref('links') }} as links on profile_keys.key = links.key
    group by profile_keys.request_id, links.id_type, links.id_value

),

all_keys as (

    select
        profile_keys.request_id,
        profile_keys.key,
        1 as from_profile,
        cast(null as bigint) as seen_us,
        cast(null as bigint) as known_us
    from profile_keys
    union all
    select
        identifiers.request_id,
        links.key,
        0 as from_profile,
        {{ later_of('links.seen_us', 'identifiers.seen_us') }} as seen_us,
        {{ later_of('links.known_us', 'identifiers.known_us') }} as known_us
    from identifiers
    join {{ ref('links') }} as links
        on identifiers.id_type = links.id_type
        and identifiers.id_value = links.id_value

)

select
    request_id,
    key,
    max(from_profile) = 1 as in_profile,
    min(seen_us) as seen_us,
    min(known_us) as known_us
from all_keys
group by request_id, key
