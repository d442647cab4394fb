-- One row per face and estimator: the drift window, and the half-life where one was fitted.

with

draws as (

    select
        3 as method, replicate, window_s, longest_s, n, persons,
        cast(null as double) as half_life_s, cast(null as double) as baseline
    from {{ ref('replay_windows') }} as replay_windows
    union all
    select
        1, replicate, case when is_spanned then window_s end, longest_s,
        cast(persons as double), persons,
        case when is_spanned then half_life_s else longest_s / 2.0 end, baseline
    from {{ ref('decay_windows') }} as decay_windows

),

ranked as (

    -- a window or half-life that was not reached is longer than all that were
    select
        method,
        replicate,
        window_s,
        half_life_s,
        baseline,
        row_number() over (
            partition by method
            order by window_s nulls last, replicate
        ) as window_nth,
        row_number() over (partition by method order by half_life_s, replicate) as half_life_nth,
        row_number() over (partition by method order by baseline, replicate) as baseline_nth,
        cast(count(*) over (partition by method) as double) as replicates
    from draws
    where replicate > 0

),

limits as (

    select
        method,
        max(case when window_nth = ceil(0.025 * replicates) then window_s end) as window_low,
        max(case when window_nth = ceil(0.975 * replicates) then window_s end) as window_high,
        max(case when half_life_nth = ceil(0.025 * replicates) then half_life_s end)
        as half_life_low,
        max(case when half_life_nth = ceil(0.975 * replicates) then half_life_s end)
        as half_life_high,
        max(case when baseline_nth = ceil(0.025 * replicates) then baseline end) as baseline_low,
        max(case when baseline_nth = ceil(0.975 * replicates) then baseline end) as baseline_high
    from ranked
    group by method

),

ages as (

    select
        item_ages.person_id,
        item_ages.age_s
    from {{ ref('item_ages') }} as item_ages

)

select
    'signals' as face,
    draws.method,
    coalesce(draws.window_s, draws.longest_s) as window_s,
    case when limits.method is not null then coalesce(limits.window_low, draws.longest_s) end
    as window_low,
    limits.window_high,
    draws.half_life_s,
    limits.half_life_low,
    case when limits.half_life_high < draws.longest_s / 2.0 then limits.half_life_high end
    as half_life_high,
    draws.baseline,
    limits.baseline_low,
    limits.baseline_high,
    draws.n,
    draws.persons
from draws
left join limits on draws.method = limits.method
where draws.replicate = 0
union all
select
    'items', 3, ages.value, ages.low, ages.high, null, null, null, null, null, null, ages.n,
    ages.persons
from {{ clustered_quantile('ages', 'age_s', var('drift_epsilon')) }} as ages
where ages.value is not null
