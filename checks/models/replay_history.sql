-- One row per replayed profile and thing in it: items once, each category as often as seen.

select
    items.nth,
    items.profile,
    'item' as unit_kind,
    items.item as unit,
    row_number() over (partition by items.nth, items.profile order by items.age) as age
from (
    select
        replay_profiles.nth,
        replay_profiles.profile,
        replay_profiles.item,
        min(replay_profiles.age) as age
    from {{ ref('replay_profiles') }} as replay_profiles
    group by replay_profiles.nth, replay_profiles.profile, replay_profiles.item
) as items
union all
select
    replay_profiles.nth,
    replay_profiles.profile,
    'category' as unit_kind,
    replay_profiles.category as unit,
    replay_profiles.age
from {{ ref('replay_profiles') }} as replay_profiles
where replay_profiles.category is not null
