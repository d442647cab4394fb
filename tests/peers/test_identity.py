"""Persons and the time from which they could be known beside networkx, on random evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recsql.compile.compiler import Compiler, table_names
from recsql.compile.moment import Moment, Policy
from recsql.compile.sources import Sources
from recsql.errors import Location
from recsql.model import Relation, Scalar, Target, Text
from recsql.project.contract import RELATIONS
from recsql.project.load import load
from recsql.project.locate import builtin_root
from recsql.runner.session import Session
from recsql.warehouses import connect
from recsql.warehouses.base import Warehouse

Link = tuple[str, str, str, int, int]
"""Key, id_type, id_value, and the hours at which it was seen and ingested."""
Build = Callable[[Iterable[Link]], "Models"]

GRAPHS = 200
MAX_KEYS = {"user_id": 4, "email": 3, "phone": 2}
UNIQUE = "user_id"
BLOCKED = ("email", "guest")
MODELS = ("link_evidence", "links", "components", "value_ties", "key_pairs", "bridges")
HOUR_US = 3_600_000_000
EPOCH_US = 1_767_225_600_000_000  # 2026-01-01

_link = st.tuples(
    st.integers(1, 12).map("k{}".format),
    st.sampled_from(tuple(MAX_KEYS)),
    st.one_of(st.integers(1, 7).map(str), st.just("guest")),
    st.integers(0, 20),
    st.integers(0, 20),
)
evidence = st.integers(0, 40).flatmap(lambda n: st.lists(_link, min_size=n, max_size=n))
graphs = settings(
    max_examples=GRAPHS, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


class Models:
    """The identity models, built from one list of links."""

    def __init__(self, session: Session) -> None:
        for name in MODELS:
            session.build(name)
        self._session = session

    def rows(self, columns: str, model: str) -> list[tuple[Any, ...]]:
        """Some columns of a model."""
        return list(self._session.query(f"select {columns} from recsql_{model}").rows)


@pytest.fixture(scope="module")
def build() -> Iterable[Build]:
    """Builds the models as a run does."""
    loaded = load(builtin_root() / "checks", optional=True)
    moment = Moment(datetime(2026, 3, 4, tzinfo=UTC), 28 * 86400.0, 86400.0 * 90)
    relations = {
        "links": _relation("links", None, Text("evidence", Location("test", 1))),
        "identifiers": _relation("identifiers", [(n, n == UNIQUE, k) for n, k in MAX_KEYS.items()]),
        "blocked_values": _relation("blocked_values", [BLOCKED]),
    }
    sources = Sources(relations, {}, table_names(loaded.catalog), "duckdb")
    policy = Policy(moment, loaded.project.variables, sources.mapped)
    compiler = Compiler(loaded.catalog, policy, sources)
    warehouse = connect(Target("local", "duckdb", {"threads": 1}), Path())
    sessions: list[Session] = []

    def build(links: Iterable[Link]) -> Models:
        _put(warehouse, links)
        sessions.append(Session(compiler, warehouse, None, lambda name, sql: None))
        return Models(sessions[-1])

    yield build
    for session in sessions:
        session.close()
    warehouse.close()


def _relation(
    name: str, rows: list[tuple[Scalar, ...]] | None, source: Text | None = None
) -> Relation:
    columns = {column: Text(column, Location("test", 1)) for column in RELATIONS[name]}
    return Relation(name, source, columns, rows=None if rows is None else tuple(rows))


def _put(warehouse: Warehouse, links: Iterable[Link]) -> None:
    literals = ", ".join(str(link) for link in links) or "('', '', '', 0, 0)"
    warehouse.materialize(
        "evidence",
        "select key, id_type, id_value, cast(null as varchar) as method,"
        " timestamp '2026-01-01' + to_hours(seen) as seen_ts,"
        " timestamp '2026-01-01' + to_hours(known) as ingested_ts"
        f" from (values {literals}) as t(key, id_type, id_value, seen, known) where key <> ''",
    )


def joining(links: Iterable[Link], clock: int) -> nx.Graph:
    """The graph that may join keys into persons, by the rules in words; edges carry an hour."""
    graph = nx.Graph()
    for link in links:
        key, value = link[0], link[1:3]
        if value != BLOCKED:
            known = graph.get_edge_data(key, value, {"hour": link[clock]})["hour"]
            graph.add_edge(key, value, hour=min(known, link[clock]))
    hubs = [v for v in graph if isinstance(v, tuple) and graph.degree(v) > MAX_KEYS[v[0]]]
    graph.remove_nodes_from(hubs)
    logins = {
        key: sum(value[0] == UNIQUE for value in graph[key])
        for key in graph
        if isinstance(key, str)
    }
    graph.remove_nodes_from([key for key, n in logins.items() if n > 1])
    graph.remove_nodes_from(list(nx.isolates(graph)))
    return graph


def bottlenecks(graph: nx.Graph) -> Mapping[tuple[str, str], int]:
    """The least hour by which a path joins two keys: the heaviest edge on their way in the MST."""
    tree = nx.minimum_spanning_tree(graph, weight="hour")
    found = {}
    for component in nx.connected_components(tree):
        for one, other in permutations((k for k in component if isinstance(k, str)), 2):
            path = nx.shortest_path(tree, one, other)
            found[one, other] = max(tree[a][b]["hour"] for a, b in nx.utils.pairwise(path))
    return found


@graphs
@given(evidence)
def test_persons_are_the_connected_components_of_networkx(build: Build, links: list[Link]) -> None:
    rows = build(links).rows("id_type, name, component", "components")
    found: dict[int, set[object]] = {}
    for id_type, name, component in rows:
        found.setdefault(component, set()).add(name if id_type is None else (id_type, name))
    expected = nx.connected_components(joining(links, 4))
    assert {frozenset(nodes) for nodes in found.values()} == {frozenset(n) for n in expected}


@graphs
@given(evidence)
def test_two_keys_are_known_as_one_by_the_lightest_path_of_networkx(
    build: Build, links: list[Link]
) -> None:
    rows = build(links).rows("key, other_key, seen_us, known_us", "key_pairs")
    for at, clock in ((2, 3), (3, 4)):
        found = {(row[0], row[1]): (row[at] - EPOCH_US) // HOUR_US for row in rows}
        assert found == bottlenecks(joining(links, clock))


@graphs
@given(evidence)
def test_bridges_are_the_articulation_points_of_networkx(build: Build, links: list[Link]) -> None:
    found = build(links).rows("id_type, id_value, n_parts", "bridges")
    graph = joining(links, 4)
    values = nx.Graph()
    for key in (node for node in graph if isinstance(node, str)):
        values.add_nodes_from(graph[key])
        values.add_edges_from(combinations(graph[key], 2))
    expected = set()
    for value in nx.articulation_points(values):
        person = values.subgraph(nx.node_connected_component(values, value) - {value})
        expected.add((*value, nx.number_connected_components(person)))
    assert set(found) == expected
