-- One row per key and identifier value seen on it: the evidence, before anything suspect is cut.

with

observed as (

{% if mapped('links') %}
    select
        cast(links.key as varchar) as key,
        cast(links.id_type as varchar) as id_type,
        {{ identifier_value('links') }} as id_value,
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

counted as (

    select counted.* from {{ weighed_evidence('evidence') }} as counted

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
