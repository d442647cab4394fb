-- One row for all, one weighted by revenue and one per segment: the late share, and how sure it is.

{% set segments = [
    'surface', 'device_class', 'region', 'model_version', 'activity', 'tenure', 'category'
] -%}

with

revenue as (

    select
        category,
        sum(coalesce(revenue, 0.0)) as revenue
    from {{ ref('purchases') }} as purchases
    where not is_void and category is not null
    group by category

),

weighted as (

    select
        people.{{ segments | join(', people.') }},
        people.person_id, people.window_of,
        cast(people.judged as double) as judged,
        cast(people.late as double) as late,
        cast(people.late_at_low as double) as late_at_low,
        cast(people.late_at_high as double) as late_at_high,
        cast(people.fresh_judged as double) as fresh_judged,
        cast(people.fresh_late as double) as fresh_late,
        revenue.revenue / nullif(cast(sum(people.judged) over (
            partition by people.category
        ) as double), 0.0) as weight
    from {{ ref('late_people') }} as people
    left join revenue on people.category = revenue.category

),

scoped as (

    select
        scope, person_id, window_of, judged, late, late_at_low, late_at_high,
        fresh_judged, fresh_late
    from ({{ scoped_rows('weighted', segments) }}) as weighted_rows
    union all
    select
        'by revenue', person_id, window_of, weight * judged, weight * late, weight * late_at_low,
        weight * late_at_high, weight * fresh_judged, weight * fresh_late
    from weighted

),

moves as (

    -- all that one window judges moves with it
    select
        scope, window_of,
        sum(judged) as judged,
        sum(late_at_low) - sum(late) as more,
        sum(late) - sum(late_at_high) as fewer
    from scoped
    where late is not null
    group by scope, window_of

),

reaches as (

    select
        scope,
        sqrt(sum(more * more)) / nullif(cast(sum(judged) as double), 0.0) as up,
        sqrt(sum(fewer * fewer)) / nullif(cast(sum(judged) as double), 0.0) as down
    from moves
    group by scope

),

bounds as (

    -- the spread of persons under these windows, and that of the windows (Newcombe, Zou and Donner)
    select
        late.scope, late.value, late.n, late.persons,
        late.value - sqrt((late.value - late.low) * (late.value - late.low)
            + reaches.down * reaches.down) as low,
        late.value + sqrt((late.high - late.value) * (late.high - late.value)
            + reaches.up * reaches.up) as high
    from {{ clustered_ratio('scoped', 'late', 'judged', by=['scope']) }} as late
    join reaches on late.scope = reaches.scope

),

people as (

    select
        scope, person_id,
        cast(sum(coalesce(late, 0)) as double) as late,
        cast(sum(case when late is not null then judged else 0 end) as double) as judged,
        cast(sum(coalesce(fresh_late, 0)) as double) as fresh_late,
        cast(sum(case when fresh_late is not null then fresh_judged else 0 end) as double)
            as fresh_judged
    from scoped
    group by scope, person_id

),

totals as (

    select
        scope,
        sum(judged) as judged,
        sum(fresh_judged) as fresh_judged,
        sum(late) / nullif(sum(judged), 0.0) as late_share,
        sum(fresh_late) / nullif(sum(fresh_judged), 0.0) as fresh_share
    from people
    group by scope

),

pulls as (

    -- both shares are of the same persons: what each does to their difference
    select
        people.scope,
        totals.late_share - totals.fresh_share as value,
        (people.late - totals.late_share * people.judged) / nullif(totals.judged, 0.0)
        - (people.fresh_late - totals.fresh_share * people.fresh_judged)
        / nullif(totals.fresh_judged, 0.0) as pull
    from people
    join totals on people.scope = totals.scope
    where people.judged > 0.0 or people.fresh_judged > 0.0

),

differences as (

    select
        scope,
        max(value) as value,
        cast(count(pull) as double) as persons,
        sqrt(
            cast(count(pull) as double) / nullif(cast(count(pull) as double) - 1.0, 0.0)
            * sum(pull * pull)
        ) as se
    from pulls
    group by scope

)

select
    bounds.scope, bounds.value, bounds.n, bounds.persons,
    case when bounds.low < 0.0 then 0.0 else bounds.low end as low,
    case when bounds.high > 1.0 then 1.0 else bounds.high end as high,
    differences.value as avoidable, differences.persons as avoidable_persons,
    -- where all persons agree, no spread is seen
    case when differences.se > 0.000000001 then differences.value - 1.96 * differences.se end
        as avoidable_low,
    case when differences.se > 0.000000001 then differences.value + 1.96 * differences.se end
        as avoidable_high
from bounds
left join differences on bounds.scope = differences.scope
