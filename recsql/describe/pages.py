"""The pages under docs/checks: the audits, models, variables, parametrised checks, an index.

Made from the same facts as `recsql explain`, for recsql's own library alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recsql.describe import parametrised
from recsql.describe.facts import STEPS, SURELY, Facts, Library
from recsql.describe.markdown import plain, rows, table
from recsql.model import Audit, Text
from recsql.project.load import load
from recsql.project.locate import builtin_root

_NOTICE = "<!-- Written by .ci/write_docs.py from the files under checks/: change those. -->"
_UP = "../.."


def pages() -> dict[str, str]:
    """File name → Markdown of every page; raises `RecsqlError` when the library is broken."""
    library = Library(load(builtin_root() / "checks", optional=True))
    described = {
        audit: tuple(library.all_facts(audit)) for audit in library.catalog.audits.values()
    }
    every = [facts for found in described.values() for facts in found]
    written = {f"{audit.name}.md": _page(audit, found) for audit, found in described.items()}
    written["README.md"] = _index(library, described)
    written["models.md"] = _models(library, every)
    written["variables.md"] = _variables(library, every)
    written["parametrised.md"] = parametrised.page()
    return {name: "\n\n".join([_NOTICE, *blocks]) + "\n" for name, blocks in written.items()}


def _index(library: Library, described: dict[Audit, tuple[Facts, ...]]) -> list[str]:
    blocks = [
        "# The checks",
        "Each check is one read-only SELECT with one sentence, one next action and, where it can "
        "fail, the rows that failed. `recsql explain CHECK` says in a terminal what these pages "
        "say, with the limits and the mapping of your project.",
        f"{SURELY} A number without an interval is compared as it is. {library.gates()} No data "
        "is never a pass. An input that degrades a check turns its failure into a warning; one "
        "that it cannot do without makes it `skip`. Checks without a limit are `info`.",
        "See also [the variables](variables.md), [the models](models.md), [the segments of each "
        "check](../segments.md), [writing a check](../writing-a-check.md) and [the parametrised "
        "checks](parametrised.md), which a line of YAML aims at any table.",
    ]
    for audit, found in described.items():
        kinds = [
            (f"[{f.check.name}]({audit.name}.md#{f.check.name})", _kind(f), f.check.summary)
            for f in found
        ]
        blocks += [f"## [{audit.name}]({audit.name}.md)", audit.question]
        blocks.append(table(("check", "verdict", "what it measures"), kinds))
    blocks += [
        "## The steps of a pipeline",
        "Every next action begins with the step of the pipeline in which to look.",
        table(("step", "what happens there"), STEPS.items()),
    ]
    return blocks


def _page(audit: Audit, found: Sequence[Facts]) -> list[str]:
    links = " · ".join(f"[{f.check.name}](#{f.check.name})" for f in found)
    blocks = [f"# {audit.name}", audit.question, links, "[All checks](README.md)"]
    for facts in found:
        blocks += _section(facts)
    return blocks


def _section(facts: Facts) -> Iterator[str]:
    check, explanation = facts.check, facts.check.explanation
    yield f"## {check.name}"
    yield f"{plain(check.summary)} Verdict: {_kind(facts)}."
    yield "\n".join(f"> {plain(sentence)}" for sentence in facts.says[:1])
    metrics = [
        (f"`{m.name}`", m.unit, m.summary, "; ".join(m.limits) or "none") for m in facts.metrics
    ]
    yield table(("metric", "unit", "meaning", "limit"), metrics)
    yield f"**Next.** {plain(check.next)}"
    yield f"**Formula**\n\n```text\n{explanation.formula.strip()}\n```"
    yield f"**Misleads.** {plain(explanation.misleads)}"
    yield "**Inputs.** What stands in *italics* can be missing."
    missable = facts.reading.missable
    relations = [
        (
            f"*{name}*" if name in missable else name,
            ", ".join(f"*{c}*" if f"{name}.{c}" in missable else c for c in columns),
        )
        for name, columns in facts.reading.columns.items()
    ]
    yield rows(("relation", "columns"), relations)
    if facts.costs:
        yield "\n".join(f"- without `{name}`: {plain(text)}" for name, text in facts.costs.items())
    yield from _notes(facts)


def _notes(facts: Facts) -> Iterator[str]:
    check, reading = facts.check, facts.reading
    if check.segments:
        yield f"**Segments.** {', '.join(check.segments)}"
    if check.rows_sql is not None:
        yield f"**Rows.** {plain(_first_line(check.rows_sql))}"
    variables = [*facts.own_variables, *facts.other_variables]
    if variables:
        named = ", ".join(f"[{v.name}](variables.md#{v.name}) {v.value}" for v in variables)
        yield f"**Variables.** {named}"
    if reading.models:
        direct = ", ".join(f"[{name}](models.md#{name})" for name in reading.direct)
        below = [model.name for model in reading.models if model.name not in reading.direct]
        others = ", ".join(f"[{name}](models.md#{name})" for name in below)
        yield f"**Models.** {direct}{f'; below them {others}' if others else ''}"
    yield f"**Sources.** {plain(check.explanation.sources)}"
    cases = f"tests/checks/{check.audit}/{check.name}.yml"
    texts = [check.sql] if check.rows_sql is None else [check.sql, check.rows_sql]
    paths = [check.location.path, *(text.location.path for text in texts), cases]
    yield "**Files.** " + ", ".join(f"[{_name(path)}]({_UP}/{path})" for path in paths)


def _models(library: Library, every: Sequence[Facts]) -> list[str]:
    blocks = [
        "# The models",
        "A model is built once per run, and shared by every check that needs it. The first ones "
        "(`events`, `requests`, `served`, …) read the relations and cast each column once; what "
        "comes after reads models.",
    ]
    for name, model in sorted(library.catalog.models.items()):
        users = [f for f in every if any(each.name == name for each in f.reading.models)]
        shown = ", ".join(
            f"[{f.check.name}]({f.check.audit}.md#{f.check.name})"
            for f in users
            if name in f.reading.direct
        )
        path = model.location.path.removesuffix(".yml") + (".yml" if model.fixpoint else ".sql")
        direct = f", directly by {shown}" if shown else ""
        blocks += [
            f"## {name}",
            f"{_sentence(model.summary)} Needed by {_checks(len(users))}{direct}. "
            f"[{_name(path)}]({_UP}/{path})",
        ]
    return blocks


def _variables(library: Library, every: Sequence[Facts]) -> list[str]:
    blocks = [
        "# The variables",
        "Policy values. A project sets its own under `vars:` in recsql.yml, a run with `--vars`. "
        "Those that every verdict rests on: `min_persons`, `min_positives`, `max_half_width`.",
    ]
    for variable in library.variables():
        users = [
            f"[{f.check.name}]({f.check.audit}.md#{f.check.name})"
            for f in every
            if variable.name in {v.name for v in (*f.own_variables, *f.other_variables)}
        ]
        read = f" Read by {', '.join(users)}." if users else ""
        blocks += [f"## {variable.name}", f"{variable.value}: {plain(variable.summary)}.{read}"]
    return blocks


def _kind(facts: Facts) -> str:
    if not facts.judged:
        return "info"
    fails = any(metric.error_if or metric.anomaly for metric in facts.check.metrics)
    return "can fail" if fails else "can warn"


def _first_line(text: Text) -> str:
    return text.text.splitlines()[0].removeprefix("--").strip()


def _checks(count: int) -> str:
    return "one check" if count == 1 else f"{count} checks"


def _sentence(text: str) -> str:
    told = plain(text)
    return f"{told[:1].upper()}{told[1:]}."


def _name(path: str) -> str:
    return path if path.startswith("tests/") else path.rpartition("/")[2]
