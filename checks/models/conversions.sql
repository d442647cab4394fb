-- One row per person and kind of request: its settled requests, and those that sold.

with

purchase_log as (

    select count(*) as n_purchases
    from {{ ref('purchases') }} as purchases

),

settled as (

    select
        requests.request_id,
        requests.person_id,
        requests.surface,
        requests.model_version,
        requests.device_class,
        requests.region,
        requests.activity,
        requests.tenure,
        requests.serve_us
    from {{ ref('requests') }} as requests
    cross join {{ ref('log_span') }} as log_span
    cross join purchase_log
    where
        requests.serve_us + {{ var_us('attribution_window') }} + {{ var_us('late_arrival') }}
        <= log_span.end_us
        -- without a single purchase the rate is unknown, not zero
        and purchase_log.n_purchases > 0

),

converted as (

    select distinct settled.request_id
    from settled
    join {{ ref('purchases') }} as purchases on settled.person_id = purchases.person_id
    join {{ ref('displayed') }} as displayed
        on settled.request_id = displayed.request_id
        and purchases.item_id = displayed.item_id
    where
        not purchases.is_void
        and purchases.purchase_us > settled.serve_us
        and purchases.purchase_us <= settled.serve_us + {{ var_us('attribution_window') }}

)

select
    settled.person_id,
    settled.surface,
    settled.model_version,
    settled.device_class,
    settled.region,
    settled.activity,
    settled.tenure,
    cast(count(converted.request_id) as double) as achieved,
    cast(count(*) as double) as possible
from settled
left join converted on settled.request_id = converted.request_id
group by
    settled.person_id, settled.surface, settled.model_version, settled.device_class,
    settled.region, settled.activity, settled.tenure
