-- One row per moment: the newest event of its profile, and of its person, on each clock.

select
    moment_keys.moment_id,
    sum(key_sightings.n_before) as n_before,
    {%- for clock in ['before', 'before_cut', 'arrived', 'arrived_by_cut'] %}
    max(case when moment_keys.in_profile then key_sightings.{{ clock }}_us end) as {{ clock }}_us,
    max(key_sightings.{{ clock }}_us) as person_{{ clock }}_us{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('moment_keys') }} as moment_keys
join {{ ref('key_sightings') }} as key_sightings
    on moment_keys.moment_id = key_sightings.moment_id
    and moment_keys.key = key_sightings.key
group by moment_keys.moment_id
