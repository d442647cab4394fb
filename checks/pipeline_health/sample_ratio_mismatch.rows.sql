-- One row per arm: its persons, how many were expected, and how far apart they are.

select
    arm_sizes.arm,
    cast(arm_sizes.n_persons as bigint) as persons,
    arm_sizes.n_expected as expected,
    arm_sizes.n_persons / nullif(sum(arm_sizes.n_persons) over (), 0.0) as persons_share,
    arm_sizes.n_expected / nullif(sum(arm_sizes.n_expected) over (), 0.0) as expected_share
from {{ ref('arm_sizes') }} as arm_sizes
order by abs(arm_sizes.n_persons - arm_sizes.n_expected) desc, arm_sizes.arm
