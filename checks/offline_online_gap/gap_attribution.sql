-- x
select cast(null as varchar) as seg, cast(count(*) as double) as observed from {{ ref('replay_states') }} as s
