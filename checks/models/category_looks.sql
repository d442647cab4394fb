-- One row per request and category it showed: the person and category as one number, and when.

with

shown as (

    select
        displayed.request_id,
        {{ journey_category('displayed.item_id') }} as category,
        count(*) as n_items
    from {{ ref('displayed') }} as displayed
    cross join {{ ref('fallback_category') }} as fallback_category
    left join {{ ref('items') }} as items on displayed.item_id = items.item_id
    group by displayed.request_id, {{ journey_category('displayed.item_id') }}

),

looks as (

    select
        shown.request_id,
        requests.person_id,
        shown.category,
        shown.n_items,
        requests.serve_us,
        case when requests.snapshot_us < requests.serve_us then requests.snapshot_us
            else requests.serve_us end as cut_us
    from shown
    join {{ ref('requests') }} as requests on shown.request_id = requests.request_id
    -- an item without a category cannot be early or late
    where shown.category is not null

),

pairs as (

    -- numbers sort faster than names
    select
        person_id, category,
        row_number() over (order by person_id, category) as pair
    from (select distinct person_id, category from looks) as people

)

select
    pairs.pair,
    looks.person_id,
    looks.category,
    looks.request_id,
    looks.n_items,
    looks.serve_us,
    looks.cut_us
from looks
join pairs on looks.person_id = pairs.person_id and looks.category = pairs.category
