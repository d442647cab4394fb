{% macro replay_scores(cells, proxies, popularity) -%}
(
    with replay_memories as (
        select distinct unit_kind, memory from {{ proxies }} as proxies
        where popularity_share < 1.0
    ), replay_personal as (
        select cells.request_id, cells.cell, memories.unit_kind, memories.memory,
            neighbours.neighbour as unit,
            sum(power(0.5, cast(history.age - 1 as double) / memories.memory)) as weight
        from {{ cells }} as cells
        join {{ ref('replay_history') }} as history on cells.request_id = history.request_id
            and cells.signals = history.signals and cells.identity = history.identity
        join replay_memories as memories on history.unit_kind = memories.unit_kind
        join {{ ref('replay_neighbours') }} as neighbours
            on history.unit_kind = neighbours.unit_kind and history.unit = neighbours.unit
            and cells.items = neighbours.planned and neighbours.usable_us <= cells.items_us
        group by cells.request_id, cells.cell, memories.unit_kind, memories.memory,
            neighbours.neighbour
    ), replay_scaled as (
        select replay_personal.*, weight / nullif(max(weight) over (
            partition by request_id, cell, unit_kind, memory), 0.0) as score
        from replay_personal
    ), replay_parts as (
        select scaled.request_id, scaled.cell, proxies.proxy, scaled.unit_kind, scaled.unit,
            scaled.score * (1.0 - proxies.popularity_share) as score
        from replay_scaled as scaled
        join {{ proxies }} as proxies
            on scaled.unit_kind = proxies.unit_kind and scaled.memory = proxies.memory
        join {{ cells }} as cells
            on scaled.request_id = cells.request_id and scaled.cell = cells.cell
        where proxies.popularity_share < 1.0 and cells.nth <= proxies.most_requests
        union all
        {#- popularity fills up what the profile leaves open #}
        select cells.request_id, cells.cell, proxies.proxy, popularity.unit_kind, popularity.unit,
            popularity.score * (proxies.popularity_share + 0.000001) as score
        from {{ cells }} as cells
        join {{ popularity }} as popularity
            on cells.items = popularity.planned and cells.cut_hour = popularity.cut_hour
        join {{ proxies }} as proxies on popularity.unit_kind = proxies.unit_kind
            and popularity.half_life_h = proxies.half_life_h
        where cells.nth <= proxies.most_requests
    )
    select parts.request_id, parts.cell, parts.proxy, parts.unit_kind, parts.unit,
        sum(parts.score) as score
    from replay_parts as parts
    group by parts.request_id, parts.cell, parts.proxy, parts.unit_kind, parts.unit
)
{%- endmacro %}
