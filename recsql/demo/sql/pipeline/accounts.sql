-- One row per account: the profile under which a pipeline that merges files it.

{% if pipeline.merges_households -%}
with

cookies as (

    select
        key,
        min(user_id) as first_user
    from key_links
    group by key

)

-- whoever was seen on one cookie is taken for one person
select
    key_links.user_id,
    min(cookies.first_user) as profile_id
from key_links
join cookies on key_links.key = cookies.key
group by key_links.user_id
{%- else -%}
select distinct
    user_id,
    user_id as profile_id
from key_links
{%- endif %}
