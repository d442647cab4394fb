-- One row per request and a list to compare with: the person's last one there, or a stranger's.

with

answered as (

    select distinct displayed.request_id
    from {{ ref('displayed') }} as displayed

),

asked as (

    select
        requests.request_id,
        requests.person_id,
        requests.key,
        requests.profile_id,
        requests.surface,
        requests.serve_us,
        case when requests.snapshot_us < requests.serve_us then requests.snapshot_us
            else requests.serve_us end as cut_us
    from {{ ref('requests') }} as requests
    join answered on requests.request_id = answered.request_id
    where requests.person_id is not null

),

ordered as (

    select
        asked.*,
        lag(asked.request_id) over (
            partition by asked.person_id, asked.surface
            order by asked.serve_us, asked.request_id
        ) as earlier_id,
        lag(asked.profile_id) over (
            partition by asked.person_id, asked.surface
            order by asked.serve_us, asked.request_id
        ) as earlier_profile,
        lag(asked.key) over (
            partition by asked.person_id, asked.surface
            order by asked.serve_us, asked.request_id
        ) as earlier_key,
        asked.serve_us - lag(asked.serve_us) over (
            partition by asked.person_id, asked.surface
            order by asked.serve_us, asked.request_id
        ) as gap_us,
        -- chance alone decides who stands next to whom on a day
        lead(asked.request_id) over (
            partition by asked.surface, {{ epoch_day('asked.serve_us') }}
            order by rs_hash_u(asked.request_id), asked.request_id
        ) as stranger_id,
        lead(asked.person_id) over (
            partition by asked.surface, {{ epoch_day('asked.serve_us') }}
            order by rs_hash_u(asked.request_id), asked.request_id
        ) as stranger
    from asked

),

neighbours as (

    select
        ordered.*,
        case
            when ordered.profile_id = ordered.earlier_profile then 'same'
            -- two profiles that nobody could know to be one person's are no defect
            when key_pairs.known_us <= ordered.cut_us - {{ var_us('grace') }} then 'split'
        end as kind
    from ordered
    left join {{ ref('key_pairs') }} as key_pairs
        on ordered.key = key_pairs.key
        and ordered.earlier_key = key_pairs.other_key
    where ordered.gap_us <= {{ var_us('isolation_gap') }}

)

select
    neighbours.kind,
    neighbours.person_id,
    neighbours.surface,
    neighbours.request_id,
    neighbours.earlier_id as other_id,
    -- lists minutes apart are more alike than lists a day apart, whosever they are
    case
        when neighbours.gap_us <= {{ var_us('session_gap') }} then 0
        when neighbours.gap_us <= {{ var_us('isolation_gap') }} / 4 then 1
        else 2
    end as gap_bin
from neighbours
where neighbours.kind is not null
union all
select
    'random' as kind,
    neighbours.person_id,
    neighbours.surface,
    neighbours.request_id,
    neighbours.stranger_id as other_id,
    0 as gap_bin
from neighbours
where neighbours.kind = 'split' and neighbours.stranger <> neighbours.person_id
