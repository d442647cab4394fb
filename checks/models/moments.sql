-- One row per request, and per outcome with revenue: the instants at which profiles are judged.

with

sales as (

    select
        cast(outcomes.outcome_id as varchar) as outcome_id,
        cast(outcomes.key as varchar) as key,
        trim(cast(outcomes.user_id as varchar)) as user_id,
        cast(outcomes.revenue as double) as revenue,
        rs_epoch_us(outcomes.ts) as at_us
    from {{ relation('outcomes') }} as outcomes
    where
        outcomes.ts >= {{ window_start() }}
        and outcomes.ts < {{ as_of() }}
        and outcomes.revenue is not null

),

matched as (

    select
        sales.outcome_id,
        sales.key,
        sales.user_id,
        sales.revenue,
        sales.at_us,
        coalesce(persons.person_id, users.person_id) as person_id,
        coalesce(profile_periods.profile_id, sales.key) as profile_id,
        row_number() over (
            partition by sales.outcome_id
            order by
                sales.at_us,
                sales.key nulls last,
                sales.user_id nulls last,
                profile_periods.from_us desc nulls last,
                profile_periods.profile_id nulls last
        ) as candidate
    from sales
    left join {{ ref('persons') }} as persons on sales.key = persons.key
    left join {{ ref('users') }} as users
        on sales.key is null
        and sales.user_id = users.user_id
    left join {{ ref('profile_periods') }} as profile_periods
        on sales.key = profile_periods.key
        and sales.at_us >= profile_periods.from_us
        and sales.at_us < profile_periods.to_us
    where
        sales.outcome_id is not null
        and not coalesce(persons.is_bot, false)
        and coalesce(persons.person_id, users.person_id) is not null

),

judged as (

    select
        requests.request_id,
        cast(null as varchar) as outcome_id,
        requests.person_id,
        requests.key,
        cast(null as varchar) as user_id,
        requests.profile_id,
        requests.surface,
        requests.serve_us as at_us,
        requests.snapshot_us as cut_us,
        cast(null as double) as revenue
    from {{ ref('requests') }} as requests
    union all
    select
        cast(null as varchar) as request_id,
        matched.outcome_id,
        matched.person_id,
        matched.key,
        case when matched.key is null then matched.user_id end as user_id,
        matched.profile_id,
        cast(null as varchar) as surface,
        matched.at_us,
        matched.at_us as cut_us,
        matched.revenue
    from matched
    where matched.candidate = 1

)

select
    -- a number, as it is joined and sorted by again and again
    cast(row_number() over (
        order by judged.at_us, judged.request_id nulls last, judged.outcome_id
    ) as bigint) as moment_id,
    judged.request_id,
    judged.request_id is not null as is_request,
    judged.person_id,
    judged.key,
    judged.user_id,
    judged.profile_id,
    judged.surface,
    judged.at_us,
    judged.cut_us,
    judged.revenue
from judged
