-- One row per person, item and period before as_of: how often the item was put on the screen.

{% set period = var_us('exposure_period') %}

with

dated as (

    select
        requests.request_id,
        requests.person_id,
        -- 0 is the period that ends with the run
        floor(cast({{ as_of_us() }} - 1 - requests.serve_us as double) / {{ period }}.0)
        as periods_ago
    from {{ ref('requests') }} as requests

)

select
    dated.person_id,
    dated.periods_ago,
    displayed.item_id,
    cast(count(*) as double) as n_shown
from {{ ref('displayed') }} as displayed
join dated on displayed.request_id = dated.request_id
-- a period that the window cuts is not one
where {{ as_of_us() }} - (dated.periods_ago + 1) * {{ period }} >= {{ window_start_us() }}
group by dated.person_id, dated.periods_ago, displayed.item_id
