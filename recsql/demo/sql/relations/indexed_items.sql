-- One row per item that the index knew when the shop was closed.

select item_id
from items
where
    born_us < {{ world.end_us }}
{%- if pipeline.index_us %}
    and born_us <= whole({{ world.end_us - pipeline.write_us }}, {{ pipeline.index_us }})
    * {{ pipeline.index_us }}
{%- endif %}
order by category_no, item_no
