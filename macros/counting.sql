{% macro counting(below) -%}
(
    select ones.digit + 10 * tens.digit + 100 * hundreds.digit as i
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as ones(digit)
    cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as tens(digit)
    cross join (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as hundreds(digit)
    where ones.digit + 10 * tens.digit + 100 * hundreds.digit < {{ below }}
)
{%- endmacro %}
