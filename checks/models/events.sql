-- One row per distinct event of the history, on corrected clocks, with bots marked.

with

logged as (

    select
        cast(events.event_id as varchar) as event_id,
        cast(events.key as varchar) as key,
        cast(events.user_id as varchar) as user_id,
        cast(events.session_id as varchar) as session_id,
        cast(events.event_type as varchar) as event_type,
        cast(events.item_id as varchar) as item_id,
        cast(events.category as varchar) as category,
        cast(events.surface as varchar) as surface,
        coalesce(cast(events.is_bot as boolean), false) as is_declared_bot,
        coalesce(cast(events.is_backfill as boolean), false) as is_backfill,
        rs_epoch_us(events.event_ts) as logged_us,
        coalesce(rs_epoch_us(events.ingested_ts), rs_epoch_us(events.event_ts)) as ingested_us
    from {{ relation('events') }} as events
    where events.event_ts >= {{ history_start() }} and events.event_ts < {{ as_of() }}

),

repeated as (

    select event_id, count(*) as n_copies
    from logged
    -- an event without an id has no copies
    where event_id is not null
    group by event_id
    having count(*) > 1

),

copies as (

    select
        logged.*,
        repeated.n_copies,
        row_number() over (
            partition by logged.event_id
            order by
                logged.ingested_us,
                logged.logged_us,
                logged.key nulls last,
                logged.item_id nulls last,
                logged.event_type nulls last
        ) as copy
    from logged
    join repeated on logged.event_id = repeated.event_id

),

singled as (

    -- few events come twice: only those are sorted
    select logged.*, cast(1 as bigint) as n_copies, cast(1 as bigint) as copy
    from logged
    left join repeated on logged.event_id = repeated.event_id
    where repeated.event_id is null
    union all
    select copies.*
    from copies
    where copies.copy = 1

),

distinct_events as (

    select
        singled.*,
        singled.logged_us > singled.ingested_us + {{ var_us('clock_skew') }} as is_skewed,
        case
            when singled.logged_us > singled.ingested_us + {{ var_us('clock_skew') }}
                then singled.ingested_us
            else singled.logged_us
        end as event_us
    from singled

),

minutes as (

    select
        key,
        floor(cast(event_us as double) / 60000000.0) as minute,
        count(*) as n_events
    from distinct_events
    where key is not null
    group by key, floor(cast(event_us as double) / 60000000.0)

),

days as (

    select
        key,
        sum(n_events) as events_a_day,
        max(n_events) as events_a_minute
    from minutes
    group by key, floor(minute / 1440.0)

),

busy_keys as (

    select key
    from days
    group by key
    having
        max(events_a_day) > {{ var('bot_events_per_day') }}
        or max(events_a_minute) > {{ var('bot_events_per_minute') }}

)

select
    distinct_events.event_id,
    distinct_events.key,
    distinct_events.user_id,
    distinct_events.session_id,
    distinct_events.event_type,
    distinct_events.item_id,
    distinct_events.category,
    distinct_events.surface,
    distinct_events.event_us,
    distinct_events.ingested_us,
    distinct_events.is_declared_bot or busy_keys.key is not null as is_bot,
    distinct_events.is_skewed,
    distinct_events.is_backfill,
    distinct_events.n_copies
from distinct_events
left join busy_keys on distinct_events.key = busy_keys.key
