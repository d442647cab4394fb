-- One row per account and instant at which it is evaluated.

select distinct
    profile_id,
    snapshot_us
from examples
