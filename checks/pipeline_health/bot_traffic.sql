-- One row: the share of signals that nobody meant, because a machine or a retry made them.

with

traffic as (

    select
        key_traffic.person_id,
        key_traffic.n_events,
        key_traffic.n_logged,
        key_traffic.n_copies,
        key_traffic.n_burst,
        key_traffic.n_events * key_traffic.is_bot as n_bot,
        key_traffic.is_bot
    from {{ ref('key_traffic') }} as key_traffic

),

trained as (

    select
        coalesce(persons.person_id, cast(training_sample.key as varchar)) as person_id,
        case when persons.is_bot then 1 else 0 end as is_bot
    from {{ relation('training_sample') }} as training_sample
    left join {{ ref('persons') }} as persons
        on cast(training_sample.key as varchar) = persons.key
    where training_sample.key is not null

),

keys as (

    select
        count(*) as n_keys,
        sum(traffic.is_bot) as bot_keys
    from traffic

)

select
    bots.value as bot_share, bots.low as bot_share_low, bots.high as bot_share_high,
    bots.n as bot_share_n, bots.persons as bot_share_persons,
    copies.value as duplicate_share,
    copies.low as duplicate_share_low, copies.high as duplicate_share_high,
    copies.n as duplicate_share_n, copies.persons as duplicate_share_persons,
    bursts.value as burst_share, bursts.low as burst_share_low, bursts.high as burst_share_high,
    bursts.n as burst_share_n, bursts.persons as burst_share_persons,
    {{ clustered_columns('learnt', 'training_bot_share') }},
    keys.bot_keys,
    keys.n_keys as bot_keys_n
from keys
cross join {{ clustered_ratio('traffic', 'n_bot', 'n_events') }} as bots
cross join {{ clustered_ratio('traffic', 'n_copies', 'n_logged') }} as copies
cross join {{ clustered_ratio('traffic', 'n_burst', 'n_events') }} as bursts
cross join {{ clustered_ratio('trained', 'is_bot', '1') }} as learnt
