-- One row per two keys of one person, with the time by which all links of a path between were there.

select
    links.key,
    other_links.key as other_key,
    min({{ later_of(later_of('links.seen_us', 'value_ties.seen_us'), 'other_links.seen_us') }})
    as seen_us,
    min({{ later_of(later_of('links.known_us', 'value_ties.known_us'), 'other_links.known_us') }})
    as known_us
from {{ ref('links') }} as links
join {{ ref('value_ties') }} as value_ties
    on links.id_type = value_ties.id_type
    and links.id_value = value_ties.id_value
join {{ ref('links') }} as other_links
    on value_ties.other_id_type = other_links.id_type
    and value_ties.other_id_value = other_links.id_value
where links.key <> other_links.key
group by links.key, other_links.key
