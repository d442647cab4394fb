-- One row per key and identifier value seen on it: the evidence, before anything suspect is cut.

with

observed as (

{% if mapped('links') %}
    select
        cast(links.key as varchar) as key,
        cast(links.id_type as varchar) as id_type,
        case
            when cast(links.id_type as varchar) = 'email'
                then lower(trim(cast(links.id_value as varchar)))
            else trim(cast(links.id_value as varchar))
        end as id_value,
        rs_epoch_us(links.seen_ts) as seen_us,
        coalesce(rs_epoch_us(links.ingested_ts), rs_epoch_us(links.seen_ts)) as known_us
    from {{ relation('links') }} as links
    where
        links.seen_ts < {{ as_of() }}
        and coalesce(cast(links.method as varchar), 'deterministic') = 'deterministic'
{% else %}
    select
        events.key,
        'user_id' as id_type,
        trim(events.user_id) as id_value,
        events.event_us as seen_us,
        events.ingested_us as known_us
    from {{ ref('events') }} as events
{% endif %}

),

evidence as (

    select
        observed.key,
        observed.id_type,
        observed.id_value,
        min(observed.seen_us) as seen_us,
        max(observed.seen_us) as last_seen_us,
        min(observed.known_us) as known_us
    from observed
    where
        observed.key is not null
        and observed.id_type is not null
        and observed.id_value is not null
    group by observed.key, observed.id_type, observed.id_value

),

blocked as (

    select distinct
        cast(blocked_values.id_type as varchar) as id_type,
        lower(trim(cast(blocked_values.id_value as varchar))) as id_value
    from {{ relation('blocked_values') }} as blocked_values

),

identifiers as (

    select
        cast(identifiers.id_type as varchar) as id_type,
        cast(identifiers.is_unique as boolean) as is_unique,
        cast(identifiers.max_keys as bigint) as max_keys
    from {{ relation('identifiers') }} as identifiers

),

counted as (

    select
        evidence.key,
        evidence.id_type,
        evidence.id_value,
        evidence.seen_us,
        evidence.last_seen_us,
        evidence.known_us,
        coalesce(identifiers.is_unique, false) as is_unique,
        -- an undeclared identifier is a weak one
        count(*) over (partition by evidence.id_type, evidence.id_value)
        > coalesce(identifiers.max_keys, 5) as is_hub
    from evidence
    left join identifiers on evidence.id_type = identifiers.id_type
    left join blocked as blocked_here
        on evidence.id_type = blocked_here.id_type
        and lower(evidence.id_value) = blocked_here.id_value
    left join blocked as blocked_everywhere
        on blocked_everywhere.id_type is null
        and lower(evidence.id_value) = blocked_everywhere.id_value
    where blocked_here.id_value is null and blocked_everywhere.id_value is null

),

conflicts as (

    select distinct two_values.key
    from (
        select counted.key, counted.id_type
        from counted
        where
            counted.is_unique
            and not counted.is_hub
            and counted.last_seen_us >= {{ history_start_us() }}
        group by counted.key, counted.id_type
        having count(*) > 1
    ) as two_values

)

select
    counted.key,
    counted.id_type,
    counted.id_value,
    counted.seen_us,
    counted.known_us,
    counted.is_unique,
    counted.is_hub,
    conflicts.key is not null as is_shared
from counted
left join conflicts on counted.key = conflicts.key
