-- One row per request and item wanted: was it reached without a list, and is it new to its person?

with

wanted as (

    select
        labels.request_id,
        labels.item_id,
        labels.engaged_us,
        requests.person_id,
        requests.serve_us
    from {{ ref('labels') }} as labels
    join {{ ref('requests') }} as requests on labels.request_id = requests.request_id

),

click_log as (

    select count(*) as n_clicks
    from {{ ref('clicks') }} as clicks

),

clicked as (

    select
        clicks.request_id,
        clicks.item_id,
        requests.person_id,
        requests.serve_us
    from {{ ref('clicks') }} as clicks
    join {{ ref('requests') }} as requests on clicks.request_id = requests.request_id

),

caused as (

    -- the click may have been on an earlier list of the same visit
    select distinct
        wanted.request_id,
        wanted.item_id
    from wanted
    join clicked
        on wanted.person_id = clicked.person_id
        and wanted.item_id = clicked.item_id
    where
        wanted.request_id = clicked.request_id
        or (
            wanted.engaged_us > clicked.serve_us
            and wanted.engaged_us <= clicked.serve_us + {{ var_us('attribution_window') }}
        )

),

first_seen as (

    select
        person_events.person_id,
        person_events.item_id,
        min(person_events.event_us) as first_us
    from {{ ref('person_events') }} as person_events
    group by person_events.person_id, person_events.item_id

)

select
    wanted.request_id,
    wanted.item_id,
    -- without a single click nothing tells what lists have led to
    case
        when click_log.n_clicks = 0 then null
        when caused.request_id is null then 1
        else 0
    end as is_organic,
    case when first_seen.first_us <= wanted.serve_us then 0 else 1 end as is_new
from wanted
cross join click_log
left join caused
    on wanted.request_id = caused.request_id
    and wanted.item_id = caused.item_id
left join first_seen
    on wanted.person_id = first_seen.person_id
    and wanted.item_id = first_seen.item_id
