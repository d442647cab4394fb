-- One row: how much of a snapshot's age is told by the hour of the week at which it answers.

select
    cast(count(*) as double) as n,
    sum(
        (phase_hits.usual_phase_s - phase_hits.mean_phase_s)
        * (phase_hits.usual_phase_s - phase_hits.mean_phase_s)
    ) / nullif(
        sum(
            (phase_hits.phase_s - phase_hits.mean_phase_s)
            * (phase_hits.phase_s - phase_hits.mean_phase_s)
        ), 0.0
    ) as clock_share
from {{ ref('phase_hits') }} as phase_hits
