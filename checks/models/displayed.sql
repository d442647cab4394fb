-- One row per item that a request put on the screen; a row without a stage was shown.

select
    served.request_id,
    served.item_id,
    served.position,
    served.propensity
from {{ ref('served') }} as served
where not served.is_retrieved
