-- One row per face and estimator: the drift window, and the half-life where one was fitted.

with

ranked as (

    -- a window or half-life that was not reached is longer than all that were
    select
        draws.*,
        row_number() over (
            partition by draws.face, draws.method
            order by draws.window_s nulls last, draws.replicate
        ) as window_nth,
        row_number() over (
            partition by draws.face, draws.method
            order by draws.sure_window_s nulls last, draws.replicate
        ) as sure_window_nth,
        row_number() over (
            partition by draws.face, draws.method
            order by draws.half_life_s, draws.replicate
        ) as half_life_nth,
        row_number() over (
            partition by draws.face, draws.method
            order by draws.baseline, draws.replicate
        ) as baseline_nth,
        cast(count(*) over (partition by draws.face, draws.method) as double) as replicates
    from {{ ref('drift_draws') }} as draws
    where draws.replicate > 0

),

limits as (

    select
        face,
        method,
        max(case when window_nth = ceil(0.025 * replicates) then window_s end) as window_low,
        max(case when sure_window_nth = ceil(0.975 * replicates) then sure_window_s end)
        as window_high,
        max(case when half_life_nth = ceil(0.025 * replicates) then half_life_s end)
        as half_life_low,
        max(case when half_life_nth = ceil(0.975 * replicates) then half_life_s end)
        as half_life_high,
        max(case when baseline_nth = ceil(0.025 * replicates) then baseline end) as baseline_low,
        max(case when baseline_nth = ceil(0.975 * replicates) then baseline end) as baseline_high
    from ranked
    group by face, method

),

ages as (

    select
        item_ages.person_id,
        item_ages.age_s
    from {{ ref('item_ages') }} as item_ages

)

select
    draws.face,
    draws.method,
    coalesce(draws.window_s, draws.longest_s) as window_s,
    case when limits.method is not null then coalesce(limits.window_low, draws.longest_s) end
    as window_low,
    case when draws.sure_window_s is not null then limits.window_high end as window_high,
    draws.sure_window_s is not null
    and (limits.method is null or limits.window_high is not null) as is_bounded,
    draws.half_life_s,
    limits.half_life_low,
    case
        when draws.half_life_s < draws.tellable_s and limits.half_life_high < draws.tellable_s
            then limits.half_life_high
    end as half_life_high,
    draws.half_life_s < draws.tellable_s as is_spanned,
    draws.baseline,
    limits.baseline_low,
    limits.baseline_high,
    draws.n,
    draws.persons
from {{ ref('drift_draws') }} as draws
left join limits on draws.face = limits.face and draws.method = limits.method
where draws.replicate = 0
union all
select
    'items', 3, ages.value, ages.low, ages.high, true, null, null, null, null, null, null, null,
    ages.n, cast(floor(ages.persons) as bigint)
from {{ clustered_quantile('ages', 'age_s', var('drift_epsilon')) }} as ages
where ages.value is not null
union all
select
    'both', 3, together.window_s, together.window_low, together.window_high,
    together.window_high is not null, null, null, null, null, null, null, null, together.n,
    cast(together.persons as bigint)
from {{ ref('both_window') }} as together
where together.n > 0.0
