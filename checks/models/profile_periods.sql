-- One row per key and span of time in which the feature store filed it under one profile.

select distinct
    cast(identity_map.key as varchar) as key,
    cast(identity_map.profile_id as varchar) as profile_id,
    -- a map without history is taken to have held for all time
    coalesce(rs_epoch_us(identity_map.valid_from), 0) as from_us,
    coalesce(rs_epoch_us(identity_map.valid_to), {{ as_of_us() }} + 1) as to_us
from {{ relation('identity_map') }} as identity_map
where identity_map.key is not null and identity_map.profile_id is not null
