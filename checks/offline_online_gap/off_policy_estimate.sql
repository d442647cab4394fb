-- One row per surface and model version, and one for all: the clicks that random lists would get.

with

shown as (

    select
        requests.person_id,
        requests.surface,
        requests.model_version,
        displayed.item_id,
        displayed.propensity,
        case when clicks.item_id is null then 0.0 else 1.0 end as click
    from {{ ref('displayed') }} as displayed
    join {{ ref('requests') }} as requests on displayed.request_id = requests.request_id
    left join {{ ref('clicks') }} as clicks
        on displayed.request_id = clicks.request_id
        and displayed.item_id = clicks.item_id

),

surfaces as (

    -- a surface chooses among the items that it was ever seen to show
    select surface, cast(count(distinct item_id) as double) as n_items
    from shown
    group by surface

),

weighted as (

    select
        shown.person_id,
        shown.surface,
        shown.model_version,
        shown.click,
        1.0 / (surfaces.n_items * shown.propensity) as weight
    from shown
    join surfaces on shown.surface is not distinct from surfaces.surface
    where shown.propensity > 0.0

),

stacked as (

    select person_id, null as surface, null as model_version, weight, click, 1 as rows_shown
    from weighted
    union all
    select person_id, surface, null, weight, click, 1
    from weighted
    where surface is not null
    union all
    select person_id, surface, model_version, weight, click, 1
    from weighted
    where surface is not null and model_version is not null

),

