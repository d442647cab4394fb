-- One row per two keys of one person that share an identifier value directly.

select
    links.key,
    other_links.key as other_key,
    min(
        case
            when links.seen_us < other_links.seen_us then other_links.seen_us
            else links.seen_us
        end
    ) as seen_us,
    min(
        case
            when links.known_us < other_links.known_us then other_links.known_us
            else links.known_us
        end
    ) as known_us
from {{ ref('links') }} as links
join {{ ref('links') }} as other_links
    on links.id_type = other_links.id_type
    and links.id_value = other_links.id_value
where links.key <> other_links.key
group by links.key, other_links.key
