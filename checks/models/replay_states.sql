-- One row per replayed request, cell and stand-in: where what was wanted stands in the rebuilt list.

with

lists as (

    select replay_lists.*
    from {{ ref('replay_lists') }} as replay_lists

),

proxies as (

    select replay_proxies.*
    from {{ ref('replay_proxies') }} as replay_proxies

),

scores as (

    select scores.*
    from {{ replay_scores('lists', 'proxies', ref('replay_popularity')) }} as scores

),

wanted as (

    -- of several wanted things the one that stands highest counts, as one hit is enough
    select
        scores.list_id,
        scores.proxy,
        scores.score,
        scores.unit,
        row_number() over (
            partition by scores.list_id, scores.proxy order by scores.score desc, scores.unit
        ) as nth
    from scores
    join {{ ref('replay_labels') }} as replay_labels
        on scores.list_id = replay_labels.list_id
        and scores.unit_kind = replay_labels.unit_kind
        and scores.unit = replay_labels.unit
    where replay_labels.is_visible = 1 and replay_labels.is_listable = 1

),

placed as (

    select
        wanted.list_id,
        wanted.proxy,
        cast(count(*) as double) as place
    from wanted
    join scores on wanted.list_id = scores.list_id and wanted.proxy = scores.proxy
    cross join {{ ref('replay_repeats') }} as replay_repeats
    left join {{ ref('replay_history') }} as history
        on scores.nth = history.nth
        and scores.profile = history.profile
        and scores.unit_kind = history.unit_kind
        and scores.unit = history.unit
        and history.unit_kind = 'item'
    where
        wanted.nth = 1
        and (
            scores.score > wanted.score
            or scores.score = wanted.score and scores.unit <= wanted.unit
        )
        and (history.unit is null or replay_repeats.are_served)
    group by wanted.list_id, wanted.proxy

),

visible as (

    select
        replay_labels.list_id,
        max(replay_labels.is_visible) as is_visible
    from {{ ref('replay_labels') }} as replay_labels
    group by replay_labels.list_id

)

select
    cells.request_id,
    cells.person_id,
    cells.cell,
    cells.age_third,
    cells.n_events,
    proxies.proxy,
    cells.hit,
    case
        when visible.is_visible = 0 then 'unseen'
        when cells.n_events = 0 and placed.place <= widths.width then 'cold_in'
        when cells.n_events = 0 then 'cold_out'
        when placed.place <= 0.25 * widths.width then 'warm_hit_1'
        when placed.place <= 0.5 * widths.width then 'warm_hit_2'
        when placed.place <= widths.width then 'warm_hit_3'
        else 'warm_miss'
    end as state
from {{ ref('replay_cells') }} as cells
join proxies on cells.nth <= proxies.most_requests
join visible on cells.list_id = visible.list_id
left join {{ ref('replay_widths') }} as widths on proxies.unit_kind = widths.unit_kind
left join placed
    on cells.list_id = placed.list_id
    and proxies.proxy = placed.proxy
