-- One row per person served from a part of themselves: the last time, and what tied the rest to it.

with

merging as (

    -- identifiers by which the feature store did file keys together
    select pairs.id_type
    from (
        select links.id_type, links.id_value, holdings.profile_id
        from {{ ref('holdings') }} as holdings
        join {{ ref('links') }} as links on holdings.key = links.key
        group by links.id_type, links.id_value, holdings.profile_id
        having count(*) > 1
    ) as pairs
    group by pairs.id_type

),

merged_later as (

    select distinct split_people.person_id
    from {{ ref('split_people') }} as split_people
    join {{ ref('profile_periods') }} as own on split_people.key = own.key
    join {{ ref('profile_periods') }} as other
        on split_people.other_key = other.key
        and own.profile_id = other.profile_id
        and own.to_us > split_people.at_us
        and other.to_us > split_people.at_us

)

select
    split_people.person_id,
    split_people.n_split as split_requests,
    split_people.n_requests as requests,
    split_people.n_profiles as profiles,
    paths.key, paths.id_type as tied_by, paths.id_value, paths.via_key,
    paths.other_id_type, paths.other_id_value, split_people.other_key,
    {{ time_text('split_people.known_us') }} as knowable_since,
    case
        when merged_later.person_id is not null then 'merged later'
        when own_type.id_type is null then 'never merged by ' || paths.id_type
        when other_type.id_type is null then 'never merged by ' || paths.other_id_type
        when missed.last_us < served.first_us then 'expired cookie'
        else 'not merged yet'
    end as suspected_rule,
    cast(split_people.at_us - split_people.missed_us as double) / 1000000.0 as missed_event_age_s,
    served.profile_id, served.n_requests as profile_requests,
    served.revenue as profile_revenue, served.categories as profile_categories,
    missed.profile_id as other_profile_id, missed.n_requests as other_requests,
    missed.revenue as other_revenue, missed.categories as other_categories,
    cast({{ as_of_us() }} - missed.first_us as double) / 1000000.0 as other_first_seen_age_s,
    cast({{ as_of_us() }} - missed.last_us as double) / 1000000.0 as other_last_seen_age_s
from {{ ref('split_people') }} as split_people
join {{ ref('split_paths') }} as paths on split_people.person_id = paths.person_id
join {{ ref('split_profiles') }} as served
    on split_people.person_id = served.person_id
    and served.side = 'served'
join {{ ref('split_profiles') }} as missed
    on split_people.person_id = missed.person_id
    and missed.side = 'missed'
left join merging as own_type on paths.id_type = own_type.id_type
left join merging as other_type on paths.other_id_type = other_type.id_type
left join merged_later on split_people.person_id = merged_later.person_id
order by split_people.n_split desc, split_people.n_requests desc, split_people.person_id
