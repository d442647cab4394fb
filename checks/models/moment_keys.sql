-- One row per moment and key of its profile, or tied to that profile a grace period earlier.

with

profile_keys as (

    select moments.moment_id, moments.at_us, moments.key
    from {{ ref('moments') }} as moments
    where moments.key is not null
    union all
    select moments.moment_id, moments.at_us, profile_periods.key
    from {{ ref('moments') }} as moments
    join {{ ref('profile_periods') }} as profile_periods
        on moments.profile_id = profile_periods.profile_id
        and moments.at_us >= profile_periods.from_us
        and moments.at_us < profile_periods.to_us

),

own_values as (

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

    select moment_id, key, 1 as from_profile, cast(null as bigint) as path_known_us
    from profile_keys
    union all
    select
        own_values.moment_id,
        links.key,
        0 as from_profile,
        -- a path is known when the latest of its links is
        {{ later_of(later_of('own_values.known_us', 'value_ties.known_us'), 'links.known_us') }}
        as path_known_us
    from own_values
    join {{ ref('value_ties') }} as value_ties
        on own_values.id_type = value_ties.id_type
        and own_values.id_value = value_ties.id_value
    join {{ ref('links') }} as links
        on value_ties.other_id_type = links.id_type
        and value_ties.other_id_value = links.id_value
    where
        own_values.seen_us <= own_values.at_us - {{ var_us('grace') }}
        and value_ties.seen_us <= own_values.at_us - {{ var_us('grace') }}
        and links.seen_us <= own_values.at_us - {{ var_us('grace') }}

)

select
    moment_id,
    key,
    max(from_profile) = 1 as in_profile,
    min(path_known_us) as known_us
from all_keys
group by moment_id, key
