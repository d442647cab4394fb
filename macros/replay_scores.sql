{% macro replay_scores(lists, proxies, popularity) -%}
(
    with replay_scaled as (
        select own.* from {{ replay_own(lists, proxies) }} as own
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
