"""recsql's SQL beside what other libraries compute: `pip install -e '.[test,peers]'`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib.util import find_spec

import pytest

from recsql.compile.moment import Moment, Policy
from recsql.compile.template import MODEL, RELATION, Templates
from recsql.errors import Location
from recsql.model import Text
from recsql.project.load import load
from recsql.project.locate import builtin_root

Render = Callable[[str], str]

# the gate installs them and runs this folder by itself
_PEERS = ("dbt_artifacts_parser", "lifelines", "networkx", "sklearn", "statsmodels")
if any(find_spec(name) is None for name in _PEERS):
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def rendered() -> Render:
    """Gives a model, a check or a template as SQL over tables named like what it refers to."""
    loaded = load(builtin_root() / "checks", optional=True)
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 56 * 86400.0)
    policy = Policy(moment, loaded.project.variables, lambda name: True)
    templates = Templates(policy, loaded.catalog.macros)

    def render(source: str) -> str:
        catalog = loaded.catalog
        if source in catalog.checks:
            text = catalog.checks[source].sql
        else:
            model = catalog.models.get(source)
            text = (model.sql if model else None) or Text(source, Location("test", 1))
        sql = moment.dated(templates.render(text).sql)
        return sql.replace(MODEL, "").replace(RELATION, "")

    return render
