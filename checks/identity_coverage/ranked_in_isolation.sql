-- One row: how alike two profiles of a person are ranked, between one profile's lists and a stranger's.

select
    {%- for name, bound in {'isolation': '', 'isolation_low': ' - measured.reach', 'isolation_high': ' + measured.reach'}.items() %}
    case
        when measured.isolation{{ bound }} < 0.0 then 0.0
        when measured.isolation{{ bound }} > 1.0 then 1.0
        else measured.isolation{{ bound }}
    end as {{ name }},
    {%- endfor %}
    coalesce(measured.n_j, 0) as isolation_n, measured.persons as isolation_persons,
    case when measured.s - measured.r < 0.05
        then 'not_enough_data: lists of one profile are hardly more alike than those of strangers'
        when measured.n_j is null and requests.n > 0
        then 'not_enough_data: no person was served from two profiles within isolation_gap, knowably'
    end as isolation_reason,
    measured.j as jaccard, coalesce(measured.n_j, 0) as jaccard_n,
    measured.s as jaccard_same, coalesce(measured.n_s, 0) as jaccard_same_n,
    measured.r as jaccard_random, coalesce(measured.n_r, 0) as jaccard_random_n,
    {{ clustered_columns('overlap', 'average_overlap') }},
    {{ clustered_columns('taste', 'profile_cosine') }}
from {{ ref('list_isolation') }} as measured
cross join {{ clustered_ratio(ref('list_pairs'), "case when kind = 'split' then average_overlap end", '1') }} as overlap
cross join {{ clustered_ratio(ref('profile_cosines'), 'cosine', '1') }} as taste
cross join (select count(*) as n from {{ ref('requests') }} as requests) as requests
