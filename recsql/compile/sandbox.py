"""Jinja's sandbox with bounds of its own, and its errors in the words of a check's author."""

from __future__ import annotations

import re

from jinja2.filters import FILTERS
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS

from recsql.errors import did_you_mean

_MOST_COPIES = 10_000
_TAGS = ("if", "elif", "else", "endif", "for", "endfor", "set", "endset", "macro", "endmacro")
_UNKNOWN_WORD = re.compile(r"(?:No|Encountered unknown) (filter|test|tag)(?: named)? '(\w+)'")
ELSEWHERE = {
    "source": "relation('events') reads a table that recsql.yml maps",
    "this": "relation('events') reads a table that recsql.yml maps, ref('requests') a model",
    "config": "what dbt puts into config() stands in the check's YAML",
    "run_query": "no query runs inside Jinja: write a model and ref() it",
    "statement": "no query runs inside Jinja: write a model and ref() it",
    "env_var": "a check reads no environment: var('name'), with --vars 'name: value'",
    "adapter": "the SQL is translated to each warehouse: write DuckDB's",
    "target": "the SQL is translated to each warehouse: write DuckDB's",
    "range": "counting(n) is a table of whole numbers",
}
"""What dbt's and Jinja's own names are here."""


class Sandbox(SandboxedEnvironment):
    """A sandbox in which a product cannot fill the memory."""

    intercepted_binops = frozenset({"*", "**"})

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        """The result; raises `ValueError` for one that is too large."""
        if operator == "**" and not (_small(left, 1e9) and _small(right, 64)):
            raise ValueError("a power is too large")
        if operator == "*" and not (_number(left) and _number(right)):
            times = next((side for side in (left, right) if _number(side)), 0)
            if not _small(times, _MOST_COPIES):
                raise ValueError(f"more than {_MOST_COPIES:,} copies of a text or list")
        return super().call_binop(context, operator, left, right)


def _number(value: object) -> bool:
    return isinstance(value, int | float)


def _small(value: object, limit: float) -> bool:
    return isinstance(value, int | float) and abs(value) <= limit


def near(message: str) -> str | None:
    """A hint for a filter, test or tag that Jinja does not know."""
    found = _UNKNOWN_WORD.search(message)
    if found is None:
        return None
    known = {"filter": tuple(FILTERS), "test": tuple(TESTS)}.get(found[1], _TAGS)
    return None if found[2] in known else did_you_mean(found[2], known)


def own_words(message: str) -> str:
    """A message of Python or Jinja without the names of this module's own classes."""
    message = message.replace("'recsql.compile.template._Written object'", "a value")
    return message.replace("'_Written'", "a value").replace("Templates._", "")
