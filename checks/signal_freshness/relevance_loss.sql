-- One row for all requests and one per surface: the relevance lost to the age of their signals.

with

{% if not var('half_life') %}
curve as (

    select
        retained.lag_s,
        retained.retained,
        lead(retained.lag_s) over (order by retained.lag_s) as next_s,
        lead(retained.retained) over (order by retained.lag_s) as next_retained
    from {{ ref('retained') }} as retained
    where retained.replicate = 0

),

{% endif %}
ages as (

    select
        signals.request_id,
        signals.person_id,
        signals.surface,
        cast(signals.serve_us - signals.used_us as double) / 1000000.0 as used_s,
        cast(signals.serve_us - signals.newest_us as double) / 1000000.0 as fresh_s
    from {{ ref('signals') }} as signals
    where signals.used_us is not null

),

losses as (

{% if var('half_life') %}
    select
        ages.*,
        1.0 - pow(0.5, ages.used_s / {{ var('half_life') }}.0) as total_loss,
        pow(0.5, ages.fresh_s / {{ var('half_life') }}.0)
        - pow(0.5, ages.used_s / {{ var('half_life') }}.0) as avoidable_loss
    from ages
{% else %}
    select
        ages.*,
        1.0 - {{ on_curve('used', 'ages.used_s') }} as total_loss,
        {{ on_curve('fresh', 'ages.fresh_s') }} - {{ on_curve('used', 'ages.used_s') }}
        as avoidable_loss
    from ages
    join curve as used
        on ages.used_s >= used.lag_s and (used.next_s is null or ages.used_s < used.next_s)
    join curve as fresh
        on ages.fresh_s >= fresh.lag_s and (fresh.next_s is null or ages.fresh_s < fresh.next_s)
{% endif %}

)

select
    cast(null as varchar) as surface,
    {{ clustered_columns('avoidable', 'avoidable_loss') }},
    case when avoidable.value is null then 'not_enough_data: no signal, or no curve to judge it by' end
    as avoidable_loss_reason,
    {{ clustered_columns('total', 'total_loss') }}
from {{ clustered_ratio('losses', 'avoidable_loss', '1') }} as avoidable
cross join {{ clustered_ratio('losses', 'total_loss', '1') }} as total
union all
select
    avoidable.surface,
    {{ clustered_columns('avoidable', 'avoidable_loss') }},
    cast(null as varchar) as avoidable_loss_reason,
    {{ clustered_columns('total', 'total_loss') }}
from {{ clustered_ratio('losses', 'avoidable_loss', '1', by=['surface']) }} as avoidable
join {{ clustered_ratio('losses', 'total_loss', '1', by=['surface']) }} as total
    on avoidable.surface = total.surface
where avoidable.persons >= {{ var('min_segment_persons') }}
