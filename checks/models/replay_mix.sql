-- One row: the offline score, had its examples been spread over strata as requests are.

{% set levels = [
    'sized', 'in_category', 'aged', 'aged_in_category',
    'placed', 'placed_in_category', 'placed_aged', 'placed_aged_in_category'
] %}

with

examples as (

    select
        {{ history_size('cast(offline_rows.history_events as double)') }} as size,
        {{ session_place('cast(offline_rows.session_position as double)') }} as place,
        case
            when cast(offline_rows.tenure_s as double) * 1000000.0 > {{ var_us('new_person_age') }}
                then 'known'
            when offline_rows.tenure_s is not null then 'new'
        end as tenure,
        cast(offline_rows.category as varchar) as category,
        cast(offline_rows.hit as double) as hit
    from {{ relation('offline_rows') }} as offline_rows
    join {{ ref('replay_target') }} as replay_target
        on cast(offline_rows.run_id as varchar) = replay_target.run_id
        and coalesce(cast(offline_rows.k as bigint), replay_target.k) = replay_target.k
    where offline_rows.hit is not null and offline_rows.history_events is not null

),

wanted as (

    select
        cells.request_id,
        -- histories as the planned pipeline would know them: what is lost today is not a mix
        cells.n_events,
        items.category,
        row_number() over (
            partition by cells.request_id order by labels.engaged_us, labels.item_id
        ) as nth
    from {{ ref('replay_cells') }} as cells
    left join {{ ref('labels') }} as labels on cells.request_id = labels.request_id
    left join {{ ref('items') }} as items on labels.item_id = items.item_id
    where cells.cell = 7

),

served as (

    select
        wanted.request_id,
        {{ history_size('cast(wanted.n_events as double)') }} as size,
        {{ session_place('cast(session_places.session_position as double)') }} as place,
        requests.tenure,
        wanted.category
    from wanted
    left join {{ ref('requests') }} as requests on wanted.request_id = requests.request_id
    left join {{ ref('session_places') }} as session_places
        on wanted.request_id = session_places.request_id
    where wanted.nth = 1

),

strata as (

    {%- for level in levels %}
    select {{ loop.index }} as level, {{ stratum('examples', level) }} as stratum,
        avg(examples.hit) as score
    from examples
    where {{ stratum('examples', level) }} is not null
    group by {{ stratum('examples', level) }}
    {{ 'having count(*) >= ' ~ var('min_stratum_requests') if not loop.first }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

matched as (

    -- the finest stratum that offline has enough examples of
    select
        served.request_id,
        strata.score,
        row_number() over (partition by served.request_id order by strata.level desc) as nth
    from (
        {%- for level in levels %}
        select served.request_id, {{ loop.index }} as level, {{ stratum('served', level) }} as stratum
        from served
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as served
    join strata on served.level = strata.level and served.stratum = strata.stratum

)

select avg(matched.score) as score
from matched
where matched.nth = 1
