-- One row per moment and key of its profile, or tied to that profile a grace period earlier.

with

profile_keys as (

    select
        moments.moment_id,
        moments.at_us,
        moments.key
    from {{ ref('moments') }} as moments
    where moments.key is not null
    union all
    select
        moments.moment_id,
        moments.at_us,
        profile_periods.key
    from {{ ref('moments') }} as moments
    join {{ ref('profile_periods') }} as profile_periods
        on moments.profile_id = profile_periods.profile_id
        and moments.at_us >= profile_periods.from_us
        and moments.at_us < profile_periods.to_us

),

identifiers as (

    select
        profile_keys.moment_id,
        profile_keys.at_us,
        links.id_type,
        links.id_value,
        min(links.seen_us) as seen_us,
        min(links.known_us) as known_us
    from profile_keys
    join {{ ref('links') }} as links on profile_keys.key = links.key
    group by profile_keys.moment_id, profile_keys.at_us, links.id_type, links.id_value
    union all
    -- an outcome without a key is known by its login
    select
        moments.moment_id,
        moments.at_us,
        'user_id' as id_type,
        moments.user_id as id_value,
        cast(0 as bigint) as seen_us,
        cast(0 as bigint) as known_us
    from {{ ref('moments') }} as moments
    where moments.user_id is not null

),

all_keys as (

    select
        profile_keys.moment_id,
        profile_keys.key,
        1 as from_profile,
        cast(null as bigint) as pair_known_us
    from profile_keys
    union all
    select
        identifiers.moment_id,
        links.key,
        0 as from_profile,
        -- a pair is known when the later of its two links is
        {{ later_of('links.known_us', 'identifiers.known_us') }} as pair_known_us
    from identifiers
    join {{ ref('links') }} as links
        on identifiers.id_type = links.id_type
        and identifiers.id_value = links.id_value
    where
        identifiers.seen_us <= identifiers.at_us - {{ var_us('grace') }}
        and links.seen_us <= identifiers.at_us - {{ var_us('grace') }}

)

select
    moment_id,
    key,
    max(from_profile) = 1 as in_profile,
    min(pair_known_us) as known_us
from all_keys
group by moment_id, key
