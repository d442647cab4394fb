-- One row per cookie that somebody logged in on: the profile it joins, and when that is known.

select
    key_links.key,
    min(accounts.profile_id) as profile_id,
    min(key_links.known_us) as known_us
from key_links
join accounts on key_links.user_id = accounts.user_id
group by key_links.key
