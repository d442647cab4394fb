-- One row for all, one weighted by revenue and one per category: the late share, and how sure it is.

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
        people.person_id, people.category, people.window_of,
        people.judged, people.late, people.late_at_low, people.late_at_high,
        revenue.revenue / nullif(cast(sum(people.judged) over (
            partition by people.category
        ) as double), 0.0) as weight
    from {{ ref('late_people') }} as people
    left join revenue on people.category = revenue.category

),

scoped as (

    select 'all' as scope, person_id, window_of, judged, late, late_at_low, late_at_high
    from weighted
    union all
    select 'in ' || category, person_id, window_of, judged, late, late_at_low, late_at_high
    from weighted
    union all
    select
        'by revenue', person_id, window_of, weight * judged, weight * late, weight * late_at_low,
        weight * late_at_high
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

)

select
    scope, value, n, persons,
    case when low < 0.0 then 0.0 else low end as low,
    case when high > 1.0 then 1.0 else high end as high
from bounds
