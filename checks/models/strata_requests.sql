-- One row per request with an answer: its stratum, and whether it was stale or its profile split.

{% set target_us = var_us('rebuild_refresh') ~ ' + ' ~ var_us('rebuild_latency') %}

with

limits as (

    -- as fresh as the plan; where hardly any list is, the freshest fifth stands in for it
    select
        max(
            case
                when ranked.nth <= ceil(0.2 * ranked.n_requests) or ranked.age_us <= {{ target_us }}
                    then ranked.age_us
            end
        ) as fresh_us
    from (
        select
            list_ages.age_us,
            cast(row_number() over (order by list_ages.age_us) as double) as nth,
            cast(count(*) over () as double) as n_requests
        from {{ ref('list_ages') }} as list_ages
    ) as ranked

),

visits as (

    select
        requests.request_id,
        requests.surface,
        case when requests.session_id is not null then row_number() over (
            partition by requests.person_id, requests.session_id
            order by requests.serve_us, requests.request_id
        ) end as nth_of_session
    from {{ ref('requests') }} as requests

),

logins as (

    select users.person_id
    from {{ ref('users') }} as users
    group by users.person_id

)

select
    lists.request_id,
    lists.person_id,
    lists.hit,
    lists.age_us,
    busy.busy_third,
    logins.person_id is not null as has_login,
    case
        when signals.newest_us is null then 9
        {%- for hours in [1, 6, 24, 72, 168] %}
        when lists.serve_us - signals.newest_us < {{ hours }} * 3600000000 then {{ loop.index }}
        {%- endfor %}
        else 6
    end as silence,
    visits.surface,
    {{ session_place('cast(visits.nth_of_session as double)') }} as session_place,
    case
        when lists.age_us > limits.fresh_us then 1
        -- a list of that age should know all that is older
        when signals.profile_us > coalesce(signals.used_us, 0)
            and signals.profile_us <= lists.serve_us - limits.fresh_us then 1
        else 0
    end as is_stale,
    -- whether the pipeline could know or not: a part of a person is not the person
    case when fragments.is_split_in_hindsight then 1 else 0 end as is_split
from {{ ref('list_ages') }} as lists
cross join limits
join {{ ref('busy_thirds') }} as busy on lists.person_id = busy.person_id
left join visits on lists.request_id = visits.request_id
left join {{ ref('signals') }} as signals on lists.request_id = signals.request_id
left join {{ ref('fragments') }} as fragments on lists.request_id = fragments.request_id
left join logins on lists.person_id = logins.person_id
