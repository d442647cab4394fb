{% macro replay_scores(lists, proxies, popularity) -%}
(
    with replay_memories as (
        select unit_kind, memory, max(most_requests) as most_requests
        from {{ proxies }} as proxies where popularity_share < 1.0 group by unit_kind, memory
    ), replay_remembered as ( {#- summed up first, so that few rows meet their neighbours #}
        select lists.list_id, lists.items, lists.items_us, memories.unit_kind, memories.memory,
            history.unit,
            sum(power(0.5, cast(history.age - 1 as double) / nullif(memories.memory, 0.0))) as worth
        from {{ lists }} as lists
        join {{ ref('replay_history') }} as history
            on lists.nth = history.nth and lists.profile = history.profile
        join replay_memories as memories on history.unit_kind = memories.unit_kind
            and lists.nth <= memories.most_requests
        group by lists.list_id, lists.items, lists.items_us, memories.unit_kind, memories.memory,
            history.unit
    ), replay_personal as (
        select remembered.list_id, remembered.unit_kind, remembered.memory,
            neighbours.neighbour as unit, sum(remembered.worth) as weight
        from replay_remembered as remembered
        join {{ ref('replay_neighbours') }} as neighbours
            on remembered.unit_kind = neighbours.unit_kind
            and remembered.unit = neighbours.unit and remembered.items = neighbours.planned
            and neighbours.usable_us <= remembered.items_us
        group by remembered.list_id, remembered.unit_kind, remembered.memory, neighbours.neighbour
    ), replay_scaled as (
        select list_id, unit_kind, memory, unit, weight / nullif(max(weight) over (
                partition by list_id, unit_kind, memory), 0.0) as score,
            row_number() over (partition by list_id, unit_kind, memory
                order by weight desc, unit) as place
        from replay_personal
    ), replay_parts as (
        select scaled.list_id, lists.nth, lists.profile, proxies.proxy, scaled.unit_kind,
            scaled.unit, scaled.score * (1.0 - proxies.popularity_share)
            + case when popularity.place > widths.fill
                then popularity.score * (proxies.popularity_share + 0.000001) else 0.0 end as score
        from replay_scaled as scaled
        join {{ proxies }} as proxies
            on scaled.unit_kind = proxies.unit_kind and scaled.memory = proxies.memory
        join {{ lists }} as lists on scaled.list_id = lists.list_id
        join {{ ref('replay_widths') }} as widths on scaled.unit_kind = widths.unit_kind
        left join {{ popularity }} as popularity
            on lists.items = popularity.planned and lists.cut_hour = popularity.cut_hour
            and proxies.half_life_h = popularity.half_life_h
            and scaled.unit_kind = popularity.unit_kind and scaled.unit = popularity.unit
        where proxies.popularity_share < 1.0 and lists.nth <= proxies.most_requests
            and scaled.place <= {{ var('replay_depth') }}
        union all
        {#- popularity fills up what the profile leaves open #}
        select lists.list_id, lists.nth, lists.profile, proxies.proxy, popularity.unit_kind,
            popularity.unit, popularity.score * (proxies.popularity_share + 0.000001) as score
        from {{ lists }} as lists
        join {{ popularity }} as popularity
            on lists.items = popularity.planned and lists.cut_hour = popularity.cut_hour
        join {{ proxies }} as proxies on popularity.unit_kind = proxies.unit_kind
            and popularity.half_life_h = proxies.half_life_h
        join {{ ref('replay_widths') }} as widths on popularity.unit_kind = widths.unit_kind
        where lists.nth <= proxies.most_requests and popularity.place <= widths.fill
    )
    select parts.list_id, parts.nth, parts.profile, parts.proxy, parts.unit_kind, parts.unit,
        sum(parts.score) as score
    from replay_parts as parts
    group by parts.list_id, parts.nth, parts.profile, parts.proxy, parts.unit_kind, parts.unit
)
{%- endmacro %}
