-- One row per person and replicate of the bootstrap; in replicate 0 everybody is there once.

select
    drift_people.person_id,
    replicates.i as replicate,
    case
        when replicates.i = 0 then 1.0
        else {{ poisson_weight("rs_hash_u(drift_people.person_id || ' ' || cast(replicates.i as varchar))") }}
    end as weight
from {{ ref('drift_people') }} as drift_people
cross join {{ counting(201) }} as replicates
