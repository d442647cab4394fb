{% macro decayed_popularity(cuts, half_lives) -%}
(
    with popularity_days as (
        select hours.planned, hours.unit_kind, hours.unit, lives.half_life_h,
            floor(hours.hour / 24.0) as day, sum(hours.n_events * power(0.5,
                (24.0 * floor(hours.hour / 24.0) + 24.0 - hours.hour) / nullif(lives.half_life_h, 0.0))) as weight
        from {{ ref('replay_hours') }} as hours
        join {{ half_lives }} as lives on hours.unit_kind = lives.unit_kind
        where hours.planned in (select cuts.planned from {{ cuts }} as cuts)
        group by hours.planned, hours.unit_kind, hours.unit, lives.half_life_h,
            floor(hours.hour / 24.0)
    ), popularity_mornings as (
        select mornings.planned, mornings.day, days.unit_kind, days.half_life_h, days.unit,
            sum(days.weight * power(0.5,
                24.0 * (mornings.day - days.day - 1.0) / nullif(days.half_life_h, 0.0))) as weight
        from (select distinct planned, floor(cut_hour / 24.0) as day from {{ cuts }} as cuts)
            as mornings
        join popularity_days as days on mornings.planned = days.planned
            and mornings.day > days.day
            {#- what is older than five half-lives has no say #}
            and 24.0 * (mornings.day - days.day - 1.0) <= 5.0 * days.half_life_h
        group by mornings.planned, mornings.day, days.unit_kind, days.half_life_h, days.unit
    ), popularity_kept as (
        select planned, day, unit_kind, half_life_h, unit, weight, row_number() over (
            partition by planned, day, unit_kind, half_life_h order by weight desc, unit) as place
        from popularity_mornings
    ), popularity_parts as (
        select cuts.planned, cuts.cut_hour, kept.unit_kind, kept.half_life_h, kept.unit,
            kept.weight * power(0.5, (cuts.cut_hour - 24.0 * kept.day) / nullif(kept.half_life_h, 0.0)) as weight
        from (select distinct planned, cut_hour from {{ cuts }} as cuts) as cuts
        join popularity_kept as kept on cuts.planned = kept.planned
            and floor(cuts.cut_hour / 24.0) = kept.day
        where kept.place <= {{ var('replay_depth') }}
        union all
        select cuts.planned, cuts.cut_hour, hours.unit_kind, lives.half_life_h, hours.unit,
            hours.n_events * power(0.5, (cuts.cut_hour - hours.hour) / nullif(lives.half_life_h, 0.0)) as weight
        from (select distinct planned, cut_hour from {{ cuts }} as cuts) as cuts
        join {{ ref('replay_hours') }} as hours on cuts.planned = hours.planned
            and floor(cuts.cut_hour / 24.0) = floor(hours.hour / 24.0)
            and hours.hour < cuts.cut_hour
        join {{ half_lives }} as lives on hours.unit_kind = lives.unit_kind
    ), popularity_sums as (
        select planned, cut_hour, unit_kind, half_life_h, unit, sum(weight) as weight
        from popularity_parts
        group by planned, cut_hour, unit_kind, half_life_h, unit
    ), popularity_ranked as (
        select planned, cut_hour, unit_kind, half_life_h, unit,
            weight / nullif(max(weight) over (
                partition by planned, cut_hour, unit_kind, half_life_h), 0.0) as score,
            row_number() over (partition by planned, cut_hour, unit_kind, half_life_h
                order by weight desc, unit) as place
        from popularity_sums
    )
    select planned, cut_hour, unit_kind, half_life_h, unit, score, place
    from popularity_ranked
    where place <= {{ var('replay_depth') }}
)
{%- endmacro %}
