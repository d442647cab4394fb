-- One row per event as this pipeline's log holds it: with the instant at which it could be read.

select
    *,
    -- loading takes its usual time, give or take a fifth
    event_us + cast(floor({{ pipeline.ingest_us }} * (0.8 + 0.4 * unit(draw(hash, 0))) + 0.5) as bigint)
    as ingested_us
from events
