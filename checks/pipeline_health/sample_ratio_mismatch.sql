-- One row: whether the arms of the experiment have the sizes that were meant.

with

fit as (

    select
        count(case when arm_sizes.n_expected > 0.0 then 1 end) - 1 as freedom,
        coalesce(sum(arm_sizes.n_persons), 0.0) as persons,
        count(arm_sizes.n_expected) as n_known,
        -- nobody may be in an arm that was not declared
        max(case when arm_sizes.n_expected = 0.0 and arm_sizes.n_persons > 0.0 then 1 else 0 end)
        as has_stranger,
        min(case when arm_sizes.n_expected > 0.0 then arm_sizes.n_expected end) as least_expected,
        sum(
            (arm_sizes.n_persons - arm_sizes.n_expected)
            * (arm_sizes.n_persons - arm_sizes.n_expected) / nullif(arm_sizes.n_expected, 0.0)
        ) as chi2
    from {{ ref('arm_sizes') }} as arm_sizes

),

tested as (

    select
        *,
        {{ chi2_tail('chi2', 'freedom') }} as tail
    from fit

),

crossings as (

    select
        cast(count(case when arms.nth = 2 then 1 end) as double)
        / nullif(count(case when arms.nth = 1 then 1 end), 0) as share
    from {{ ref('arms') }} as arms

)

select
    case when tested.has_stranger = 1 then 0.0 else tested.tail end as p_value,
    tested.persons as p_value_n,
    tested.persons as p_value_persons,
    case
        when tested.persons > 0.0 and tested.n_known = 0
            then 'not_identified: a weight in arm_shares is not a number'
        when tested.persons > 0.0 and tested.freedom < 1
            then 'not_identified: there is only one arm'
        when tested.least_expected < {{ var('min_expected_persons') }} and tested.has_stranger = 0
            then 'not_enough_data: an arm expects fewer than min_expected_persons persons'
    end as p_value_reason,
    tested.chi2,
    crossings.share as crossing_share,
    {{ wilson_low('crossings.share', 'tested.persons') }} as crossing_share_low,
    {{ wilson_high('crossings.share', 'tested.persons') }} as crossing_share_high,
    tested.persons as crossing_share_n,
    tested.persons as crossing_share_persons
from tested
cross join crossings
