from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from recsql.errors import Location
from recsql.model import Problem, Status
from recsql.project.load import Loaded, load
from recsql.runner.sentences import placeholders

Write = Callable[[Mapping[str, str]], Path]

ROWS = "rows: select event_id from {{ relation('events') }}\n"
METRIC = "sql: select 1.0 as m\nmetrics: {m: {error_if: '> 5'}}\n"


def told(loaded: Loaded) -> list[tuple[str, str, str | None]]:
    return [(p.message, str(p.location), p.hint) for p in loaded.project.problems]


def mine(loaded: Loaded) -> list[str]:
    return [name for name, check in loaded.catalog.checks.items() if not check.builtin]


def test_a_check_is_found_by_its_path_and_takes_its_audit_from_the_folder(write: Write) -> None:
    root = write({
        "checks/signal_freshness/lag.yml": "metrics: {m: }\n",
        "checks/signal_freshness/lag.sql": "select 1 as m\n",
        "checks/signal_freshness/lag.rows.sql": "select 2 as m\n",
        "checks/loose.yml": ROWS,
    })  # fmt: skip
    loaded = load(root)
    assert told(loaded) == []
    lag, loose = loaded.catalog.checks["lag"], loaded.catalog.checks["loose"]
    assert (lag.audit, lag.sql.text, lag.sql.location, lag.counts_rows) == (
        "signal_freshness", "select 1 as m\n", Location("checks/signal_freshness/lag.sql", 1),
        False,
    )  # fmt: skip
    assert lag.rows_sql is not None
    assert lag.rows_sql.text == "select 2 as m\n"
    assert (loose.audit, loose.counts_rows) == ("custom", True)
    assert loaded.catalog.audits["signal_freshness"].checks[-1] == "lag"
    assert list(loaded.catalog.audits)[-1] == "custom"


def test_several_checks_may_stand_in_one_file(write: Write) -> None:
    root = write({"checks/own.yml": f"checks:\n- name: a\n  {ROWS}- name: b\n  {ROWS}"})
    loaded = load(root)
    assert (told(loaded), mine(loaded)) == ([], ["a", "b"])
    assert loaded.catalog.checks["b"].location == Location("checks/own.yml", 4, 3, "- name: b")


def test_a_broken_check_breaks_neither_its_neighbours_nor_the_run(write: Write) -> None:
    root = write({
        "checks/own.yml": (
            "checks:\n"
            "- name: a\n  sql: select 1 as m\n  metrics: {m: {eror_if: '> 5'}}\n"
            "- summary: nameless\n"
            f"- name: b\n  {ROWS}"
        )
    })  # fmt: skip
    loaded = load(root)
    assert mine(loaded) == ["b"]
    assert told(loaded) == [
        (
            "unknown key `eror_if` in metric `m` of check `a`",
            "checks/own.yml:4:17",
            "did you mean `error_if`?",
        ),
        ("a check needs a `name:`", "checks/own.yml:5:3", None),
    ]
    assert loaded.catalog.broken["a"].message == "unknown key `eror_if` in metric `m` of check `a`"


def test_an_unknown_key_beside_a_list_of_checks_is_told(write: Write) -> None:
    loaded = load(write({"checks/own.yml": f"checkz: []\nchecks:\n- name: a\n  {ROWS}"}))
    assert told(loaded) == [
        ("unknown key `checkz` in `own.yml`", "checks/own.yml:1:1", "did you mean `checks`?")
    ]


def test_a_file_that_is_not_yaml_breaks_itself_only(write: Write) -> None:
    loaded = load(write({"checks/a.yml": "sql: [\n", "checks/b.yml": ROWS}))
    assert mine(loaded) == ["b"]
    assert list(loaded.catalog.broken) == ["a"]
    ((message, place, _),) = told(loaded)
    assert (message.partition(":")[0], place) == ("this is not YAML", "checks/a.yml:2:1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("summary: x\n", "check `a` has no SQL"),
        ("sql: select 1 as m\n", "check `a` names no `metrics:`"),
        ("sql: select 1 as m\nmetrics: [m]\n", "`metrics` of check `a` must be a mapping"),
        (f"severity: fatal\n{ROWS}", "`severity` of check `a` cannot be `fatal`"),
        (f"enabled: perhaps\n{ROWS}", "`enabled` of check `a` must be true or false"),
        (f"error_if: 5\n{ROWS}", "`5` is not a threshold"),
        (f"pii: open\n{ROWS}", "`pii` of check `a` cannot be `open`"),
        (f"{METRIC}sentence: 'half {{m'\n", "`sentence` of check `a` cannot be filled in: "),
        (f"{METRIC}rows_sentence: 'half }}'\n", "`rows_sentence` of check `a` cannot be filled in"),
        (
            f"optional: [evnts.ingested_ts]\n{METRIC}",
            "unknown relation `evnts` under `optional` of check `a`",
        ),
        (
            f"degraded_without: {{evnts.category: x}}\n{METRIC}",
            "unknown relation `evnts` under `degraded_without` of check `a`",
        ),
        (
            "sql: select 1 as m\nmetrics: {m: {unless: '<= 5'}}\n",
            "`<= 5` does not start with a metric's name",
        ),
        (
            f"overrides: recsql.signal_age\n{METRIC}",
            "check `a` cannot override `signal_age`: it has another name",
        ),
    ],
)
def test_a_mistake_in_a_check_breaks_it(write: Write, text: str, message: str) -> None:
    loaded = load(write({"checks/a.yml": text}))
    assert (mine(loaded), list(loaded.catalog.broken)) == ([], ["a"])
    assert loaded.catalog.broken["a"].message.startswith(message)


def test_a_limit_that_names_nothing_breaks_its_check_with_the_nearest_name(write: Write) -> None:
    text = "sql: select 1.0 as m\nmetrics:\n  m:\n    error_if: '> drift_windw'\n"
    loaded = load(write({"checks/a.yml": text}))
    assert mine(loaded) == []
    assert loaded.catalog.broken["a"] == Problem(
        "check `a`",
        "`> drift_windw` of check `a` names no variable and no metric",
        Location("checks/a.yml", 4, 5, "    error_if: '> drift_windw'"),
        "did you mean `drift_window`?",
    )


@pytest.mark.parametrize(
    ("limit", "known"),
    [("> drift_window", True), ("> var:drift_window", True), ("> median_signal_age", True),
     ("> mine", True), ("> var:mine", True), ("> var:median_signal_age", False), ("> m", True)],
)  # fmt: skip
def test_a_limit_may_be_a_variable_or_any_metric(write: Write, limit: str, known: bool) -> None:
    files = {
        "recsql.yml": "vars: {mine: 6h}\n",
        "checks/a.yml": f"sql: select 1.0 as m\nmetrics: {{m: {{warn_if: '{limit}'}}}}\n",
        "checks/b.yml": "sql: select 1.0 as m\nmetrics: {m: {warn_if: '> mine'}}\n",
    }
    assert ("a" in mine(load(write(files)))) is known


def test_an_excuse_that_names_no_metric_breaks_its_check(write: Write) -> None:
    text = "sql: select 1 as m\nmetrics: {m: {error_if: '> 5', unless: 'mm <= 5'}}\n"
    loaded = load(write({"checks/a.yml": text}))
    assert told(loaded)[0][::2] == (
        "`unless` of metric `m` names no metric of `a`", "did you mean `m`?",
    )  # fmt: skip


def test_a_query_without_its_yaml_is_told(write: Write) -> None:
    loaded = load(write({"checks/a.sql": "select 1", "checks/b.rows.sql": "select 1"}))
    assert [message for message, *_ in told(loaded)] == [
        "`checks/a.sql` has no `a.yml` beside it",
        "`checks/b.rows.sql` has no `b.yml` beside it",
    ]


def test_a_file_that_is_no_text_is_told_and_the_rest_is_read(write: Write) -> None:
    root = write({"checks/a.yml": METRIC, "checks/b.yml": ROWS, "macros/x.sql": ""})
    for name in ("checks/a.sql", "macros/y.sql"):
        (root / name).write_bytes(b"\xff\xfe\x00")
    loaded = load(root)
    assert mine(loaded) == ["b"]
    assert [place for _, place, _ in told(loaded)] == ["macros/y.sql:1:1", "checks/a.sql:1:1"]


# --- overriding ----------------------------------------------------------------------------------


def test_a_second_definition_without_overrides_is_told_with_both_files(write: Write) -> None:
    loaded = load(write({"checks/signal_freshness/signal_age.yml": ROWS}))
    assert told(loaded) == [
        (
            "check `signal_age` is defined twice: in `checks/signal_freshness/signal_age.yml` "
            "and in recsql's own `checks/signal_freshness/signal_age.yml`",
            "checks/signal_freshness/signal_age.yml:1:1",
            "rename one, or write `overrides: recsql.signal_age` in the nearer one",
        )
    ]
    assert not loaded.catalog.checks["signal_age"].builtin


def test_overrides_replaces_a_built_in_check(write: Write) -> None:
    loaded = load(write({"checks/signal_age.yml": f"overrides: recsql.signal_age\n{ROWS}"}))
    found = loaded.catalog.checks["signal_age"]
    assert (told(loaded), found.builtin, found.overrides) == ([], False, "signal_age")


def test_overrides_replaces_a_built_in_model(write: Write) -> None:
    text = "overrides: recsql.items\nsql: select 1 as one\n"
    loaded = load(write({"checks/models/items.yml": text}))
    assert (told(loaded), loaded.catalog.models["items"].builtin) == ([], False)


def test_a_second_model_without_overrides_is_told(write: Write) -> None:
    loaded = load(write({"checks/models/items.yml": "sql: select 1 as one\n"}))
    assert [message for message, *_ in told(loaded)] == [
        "model `items` is defined twice: in `checks/models/items.yml` "
        "and in recsql's own `checks/models/items.yml`"
    ]


def test_a_broken_check_is_not_quietly_replaced_by_the_one_it_overrides(write: Write) -> None:
    text = f"overrides: recsql.signal_age\nsevrity: warn\n{ROWS}"
    loaded = load(write({"checks/signal_age.yml": text}))
    assert "signal_age" not in loaded.catalog.checks
    assert loaded.catalog.broken["signal_age"].hint == "did you mean `severity`?"


def test_a_broken_model_is_not_quietly_replaced_by_the_one_it_overrides(write: Write) -> None:
    text = "overrides: recsql.items\nsql: select 1\nkid: table\n"
    loaded = load(write({"checks/models/items.yml": text}))
    assert "items" not in loaded.catalog.models
    assert loaded.catalog.broken["items"].hint == "did you mean `kind`?"


def test_a_broken_check_hides_no_model_of_its_name(write: Write) -> None:
    loaded = load(write({"checks/items.yml": "summary: x\n"}))
    assert loaded.catalog.models["items"].builtin


# --- packages ------------------------------------------------------------------------------------


def test_a_packages_checks_models_and_macros_are_found(write: Write) -> None:
    root = write({
        "recsql.yml": "packages: [shared]\n",
        "shared/checks/a.yml": ROWS,
        "shared/checks/models/own.yml": "sql: select 1 as one\n",
        "shared/macros/twice.sql": "{% macro twice(x) %}2 * {{ x }}{% endmacro %}",
    })  # fmt: skip
    loaded = load(root)
    assert told(loaded) == []
    assert loaded.catalog.checks["a"].location.path == "shared/checks/a.yml"
    assert {"own"} <= set(loaded.catalog.models)
    assert loaded.catalog.macros["twice"].text.location.path == "shared/macros/twice.sql"


def test_the_nearer_definition_wins_and_a_clash_names_both_files(write: Write) -> None:
    root = write({
        "recsql.yml": "packages: [near, far]\n",
        "near/checks/a.yml": ROWS, "far/checks/a.yml": ROWS,
        "macros/m.sql": "project", "near/macros/m.sql": "near", "near/macros/n.sql": "near",
        "far/macros/n.sql": "far",
    })  # fmt: skip
    loaded = load(root)
    assert [message for message, _, _ in told(loaded)] == [
        "macro `m` is defined twice: in `macros/m.sql` and in `near/macros/m.sql`",
        "macro `n` is defined twice: in `near/macros/n.sql` and in `far/macros/n.sql`",
        "check `a` is defined twice: in `near/checks/a.yml` and in `far/checks/a.yml`",
    ]
    assert loaded.catalog.checks["a"].location.path == "near/checks/a.yml"
    macros = loaded.catalog.macros
    assert (macros["m"].text.text, macros["n"].text.text) == ("project", "near")


# --- settings of checks in recsql.yml ------------------------------------------------------------


def test_a_project_sets_limits_severity_tags_and_enabled(write: Write) -> None:
    settings = (
        "checks:\n"
        "  signal_age: {error_if: {median_signal_age: '> 6h'}, severity: warn, tags: [nightly]}\n"
        "  own: {warn_if: '> 3', enabled: false}\n"
    )
    loaded = load(write({"recsql.yml": settings, "checks/own.yml": METRIC + "tags: [a]\n"}))
    assert told(loaded) == []
    age, own = loaded.catalog.checks["signal_age"], loaded.catalog.checks["own"]
    limits = {m.name: m.error_if.text for m in age.metrics if m.error_if is not None}
    assert (limits["median_signal_age"], age.severity, age.tags[-1]) == (
        "> 6h", Status.WARN, "nightly",
    )  # fmt: skip
    (metric,) = own.metrics
    assert metric.warn_if is not None
    assert metric.error_if is not None
    assert (metric.warn_if.text, metric.error_if.text, own.enabled, own.tags) == (
        "> 3", "> 5", False, ("a",),
    )  # fmt: skip


def test_settings_of_a_misspelt_check_or_metric_are_told_with_the_nearest_name(
    write: Write,
) -> None:
    settings = "checks:\n  signal_agee: {enabled: false}\n  own:\n    error_if: {mm: '> 6h'}\n"
    loaded = load(write({"recsql.yml": settings, "checks/own.yml": METRIC}))
    assert told(loaded) == [
        ("unknown check `signal_agee`", "recsql.yml:2:3", "did you mean `signal_age`?"),
        (
            "unknown key `mm` in `error_if` of settings of check `own`",
            "recsql.yml:4:16",
            "did you mean `m`?",
        ),
    ]
    assert "own" in loaded.catalog.broken
    assert "own" not in loaded.catalog.checks


# --- variables -----------------------------------------------------------------------------------


def test_a_variable_of_a_users_own_sql_is_known_wherever_it_is_asked_for(write: Write) -> None:
    root = write({
        "recsql.yml": "vars: {a: 1, b: 1, c: 1, d: 1, e: 1, f: 1, gracee: 6h}\n",
        "checks/x.yml": "metrics: {m: {error_if: '> var:a'}}\n",
        "checks/x.sql": "select {{ var('b') }} as m",
        "checks/x.rows.sql": "select {{ var(\"c\") }} as m",
        "checks/models/y.yml": (
            "kind: fixpoint\nstart: {s: \"select {{ var_us('d') }} as x\"}\nstep: []\n"
            "changes: select 0 as n\nresult: \"select {{ var( 'e' ) }} as x\"\n"
        ),
        "macros/z.sql": "{% macro z() %}{{ var('f') }}{% endmacro %}",
    })  # fmt: skip
    assert told(load(root)) == [
        ("unknown variable `gracee`", "recsql.yml:1:44", "did you mean `grace`?")
    ]


def test_vars_on_the_command_line_go_before_the_projects(write: Write) -> None:
    root = write({"recsql.yml": "vars: {grace: 1h, late_arrival: 2h}\n"})
    values = load(root, "{grace: 6h}").project.variables
    assert (values["grace"], values["late_arrival"], values["min_persons"]) == (
        21600.0, 7200.0, 100.0,
    )  # fmt: skip


def test_a_mistake_in_vars_of_the_command_line_is_told_at_its_place(write: Write) -> None:
    assert told(load(write({}), "{gracee: 6h}")) == [
        ("unknown variable `gracee`", "--vars:1:2", "did you mean `grace`?")
    ]


def test_without_a_project_the_library_stands_alone(tmp_path: Path) -> None:
    loaded = load(tmp_path, optional=True)
    assert (loaded.project.name, loaded.config, told(loaded)) == ("recsql", None, [])
    assert all(check.builtin for check in loaded.catalog.checks.values())


def test_what_audits_quote_is_measured_by_the_checks_they_name(write: Write) -> None:
    catalog = load(write({})).catalog
    quoted = [name for audit in catalog.audits.values() for name in placeholders(audit.also)]
    measured = {f"{c.name}.{m.name}" for c in catalog.checks.values() for m in c.metrics}
    assert set(quoted) == {"gap_attribution.identity"}
    assert measured.issuperset(quoted)
