-- One row per training or test example: what shows that it knew what came after its label.

with

mentions as (

    {% if mapped('events') -%}
    select
        events.item_id,
        -- an event makes its item known to what comes after its arrival: not to its own label
        events.ingested_us + 1 as known_us
    from {{ ref('events') }} as events
    union all
    {% endif -%}
    select
        cast(catalogue.item_id as varchar) as item_id,
        -- an item without a start has always been there
        coalesce(rs_epoch_us(catalogue.active_from), 0) as known_us
    from {{ relation('catalogue') }} as catalogue

),

first_known as (

    select
        mentions.item_id,
        min(mentions.known_us) as known_us
    from mentions
    where mentions.item_id is not null
    group by mentions.item_id

),

trained_sessions as (

    select cast(training_sample.session_id as varchar) as session_id
    from {{ relation('training_sample') }} as training_sample
    where training_sample.session_id is not null
    group by cast(training_sample.session_id as varchar)

),

sessions as (

    select count(*) as n_sessions
    from trained_sessions

),

examples as (

    select
        'offline_rows' as source,
        offline_rows.hit = 1 as is_hit,
        rs_epoch_us(offline_rows.label_ts) as label_us,
        rs_epoch_us(offline_rows.feature_available_ts) as available_us,
        rs_epoch_us(offline_rows.newest_feature_ts) as newest_us,
        -- what was first seen before the history that is read is not known
        case when offline_rows.label_ts >= {{ history_start() }} then first_known.known_us end
            as known_us,
        case
            when sessions.n_sessions = 0 or offline_rows.session_id is null then null
            when trained_sessions.session_id is null then 0.0
            else 1.0
        end as is_neighbour
    from {{ relation('offline_rows') }} as offline_rows
    cross join sessions
    left join first_known on cast(offline_rows.item_id as varchar) = first_known.item_id
    left join trained_sessions
        on cast(offline_rows.session_id as varchar) = trained_sessions.session_id
    union all
    select
        'training_sample' as source,
        cast(null as boolean) as is_hit,
        rs_epoch_us(training_sample.label_ts) as label_us,
        rs_epoch_us(training_sample.feature_available_ts) as available_us,
        cast(null as bigint) as newest_us,
        cast(null as bigint) as known_us,
        cast(null as double) as is_neighbour
    from {{ relation('training_sample') }} as training_sample

)

select
    examples.source,
    examples.is_hit,
    examples.is_neighbour,
    case
        when examples.available_us > examples.label_us then 1.0
        when examples.newest_us > examples.label_us then 1.0
        when examples.available_us <= examples.label_us then 0.0
        when examples.newest_us <= examples.label_us then 0.0
    end as is_leaky,
    case
        when examples.known_us > examples.label_us then 1.0
        when examples.known_us <= examples.label_us then 0.0
    end as is_future
from examples
