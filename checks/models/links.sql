-- One row per key and identifier value that may join keys into persons.

select
    link_evidence.key,
    link_evidence.id_type,
    link_evidence.id_value,
    link_evidence.seen_us,
    link_evidence.known_us
from {{ ref('link_evidence') }} as link_evidence
where not link_evidence.is_hub and not link_evidence.is_shared
