{% macro replay_own(lists, proxies) -%}
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
            {#- an item half-forgotten five times has no say, but would bring all its neighbours #}
            and (history.unit_kind = 'category' or history.age <= 5.0 * memories.memory)
        group by lists.list_id, lists.items, lists.items_us, memories.unit_kind, memories.memory,
            history.unit
    ), replay_personal as (
        select remembered.list_id, remembered.unit_kind, remembered.memory,
            neighbours.neighbour as unit,
            sum(remembered.worth * neighbours.weight) as weight
        from replay_remembered as remembered
        join {{ ref('replay_neighbours') }} as neighbours
            on remembered.unit_kind = neighbours.unit_kind
            and remembered.unit = neighbours.unit and remembered.items = neighbours.planned
            and neighbours.usable_us <= remembered.items_us
        group by remembered.list_id, remembered.unit_kind, remembered.memory, neighbours.neighbour
    ), replay_ranked as (
        select list_id, unit_kind, memory, unit, weight, row_number() over (
            partition by list_id, unit_kind, memory order by weight desc, unit) as place
        from replay_personal
    )
    select list_id, unit_kind, memory, unit, place, weight / nullif(max(weight) over (
            partition by list_id, unit_kind, memory), 0.0) as score
    from replay_ranked
    where place <= {{ var('replay_depth') }}
)
{%- endmacro %}
