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
    from {{ replay_scores('lists', 'proxies', ref('replay_popularity'), var('replay_depth')) }} as scores

),

wanted as (

    -- of several wanted things the one that stands highest counts, as one hit is enough
    select
        scores.request_id,
        scores.list_no,
        scores.proxy,
        scores.score,
        scores.unit,
        row_number() over (
            partition by scores.request_id, scores.list_no, scores.proxy
            order by scores.score desc, scores.unit
        ) as nth
    from scores
    join {{ ref('replay_labels') }} as replay_labels
        on scores.request_id = replay_labels.request_id
        and scores.list_no = replay_labels.list_no
        and scores.unit_kind = replay_labels.unit_kind
        and scores.unit = replay_labels.unit
    where replay_labels.is_visible = 1 and replay_labels.is_listable = 1

),

placed as (

    select
        wanted.request_id,
        wanted.list_no,
        wanted.proxy,
        cast(count(*) as double) as place
    from wanted
    join scores
        on wanted.request_id = scores.request_id
        and wanted.list_no = scores.list_no
        and wanted.proxy = scores.proxy
    cross join {{ ref('replay_repeats') }} as replay_repeats
    join {{ ref('replay_lists') }} as lists
        on scores.request_id = lists.request_id
        and scores.list_no = lists.list_no
    left join {{ ref('replay_history') }} as history
        on scores.request_id = history.request_id
        and lists.signals = history.signals
        and lists.identity = history.identity
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
    group by wanted.request_id, wanted.list_no, wanted.proxy

),

visible as (

    select
        replay_labels.request_id,
        replay_labels.list_no,
        max(replay_labels.is_visible) as is_visible
    from {{ ref('replay_labels') }} as replay_labels
    group by replay_labels.request_id, replay_labels.list_no

),

widths as (

    select
        served.unit_kind,
        avg(served.width) as width
    from {{ ref('replay_served_units') }} as served
    group by served.unit_kind

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
join visible on cells.request_id = visible.request_id and cells.list_no = visible.list_no
left join widths on proxies.unit_kind = widths.unit_kind
left join placed
    on cells.request_id = placed.request_id
    and cells.list_no = placed.list_no
    and proxies.proxy = placed.proxy
