-- One row per pair of lists: the share of items they have in common, whatever their places and by depth.

with

places as (

    select
        displayed.request_id,
        displayed.item_id,
        row_number() over (
            partition by displayed.request_id
            order by displayed.position nulls last, displayed.item_id
        ) as place
    from (
        select request_id, item_id, min(position) as position
        from {{ ref('displayed') }} as shown
        group by request_id, item_id
    ) as displayed

),

sizes as (

    select
        places.request_id,
        max(places.place) as n_items
    from places
    group by places.request_id

),

harmonics as (

    -- 1 + 1/2 + ... + 1/depth
    select
        depths.i as depth,
        sum(case when depths.i > 0 then 1.0 / nullif(depths.i, 0) else 0.0 end) over (
            order by depths.i
            rows between unbounded preceding and current row
        ) as harmonic
    from {{ counting(1000) }} as depths

),

pairs as (

    select
        neighbours.*,
        own.n_items + other.n_items as n_both,
        case when own.n_items > other.n_items then own.n_items else other.n_items end as depth
    from {{ ref('list_neighbours') }} as neighbours
    join sizes as own on neighbours.request_id = own.request_id
    join sizes as other on neighbours.other_id = other.request_id

),

common as (

    -- an item that both hold is in both lists from the deeper of its two places on
    select
        pairs.kind,
        pairs.request_id,
        count(*) as n_common,
        sum(case when own.place > other.place then above_own.harmonic else above_other.harmonic end) as above
    from pairs
    join places as own on pairs.request_id = own.request_id
    join places as other on pairs.other_id = other.request_id and own.item_id = other.item_id
    join harmonics as above_own on own.place - 1 = above_own.depth
    join harmonics as above_other on other.place - 1 = above_other.depth
    group by pairs.kind, pairs.request_id

)

select
    pairs.kind,
    pairs.person_id,
    pairs.surface,
    pairs.request_id,
    pairs.other_id,
    pairs.gap_bin,
    coalesce(common.n_common, 0.0)
    / nullif(pairs.n_both - coalesce(common.n_common, 0.0), 0.0) as jaccard,
    coalesce(common.n_common * whole.harmonic - common.above, 0.0)
    / nullif(pairs.depth, 0.0) as average_overlap
from pairs
join harmonics as whole on pairs.depth = whole.depth
left join common
    on pairs.kind = common.kind
    and pairs.request_id = common.request_id
