"""A proposal as the text of a `recsql.yml`: every relation, what is sure, and what a lack costs."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from recsql.project.contract import RELATIONS
from recsql.scaffold.costs import Costs
from recsql.scaffold.known import Known, KnownRelation, in_contract_order
from recsql.scaffold.match import MEANINGS, Match, complete

_WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z_][\w.]*")
_WORDS = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the project's file says besides its relations; `origin` is where proposals came from."""

    name: str
    profile: str
    origin: str
    notes: tuple[str, ...] = ()
    salt: str = ""


def written(draft: Draft, matches: Mapping[str, Match], known: Known, costs: Costs) -> str:
    """The text of a recsql.yml that runs as it is."""
    lines = [
        "# yaml-language-server: $schema=.recsql/schema/project.json",
        *_head(draft, matches),
        f"name: {scalar(draft.name)}",
        f"profile: {scalar(draft.profile)}",
        *_frame(matches),
        *_salt(draft),
        "",
        "relations:",
    ]
    for name, relation in in_contract_order(known):
        match = matches.get(name)
        lines.append("")
        if match is None:
            lines += _absent(name, relation, costs)
        else:
            lines += _present(match, relation, costs)
    return "\n".join(line.rstrip() for line in [*lines, *_tail()]) + "\n"


def scalar(text: str) -> str:
    """A text as YAML writes it: bare where it can be taken for nothing else."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    if '"' in text and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return json.dumps(text, ensure_ascii=False)


def comment(text: str, indent: str = "", hang: str = "") -> list[str]:
    """A text as comment lines; what comes from a warehouse cannot end one."""
    room = _WIDTH - len(indent) - 2
    rows = textwrap.wrap(
        _tidy(text), room, subsequent_indent=hang, break_long_words=False, break_on_hyphens=False
    )
    return [f"{indent}# {row}" for row in rows]


def _tidy(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _head(draft: Draft, matches: Mapping[str, Match]) -> Iterator[str]:
    yield from comment(
        "Which of your tables is what to recsql: relations and their columns, as expressions in "
        "your warehouse's own SQL. A column that is not mapped does not exist: the checks that "
        "need it are skipped by name."
    )
    if matches:
        yield from comment(
            f"Proposed by `recsql init` from {draft.origin}. Read it before you trust it:"
        )
        for level, meaning in sorted(MEANINGS.items(), reverse=True):
            yield from comment(f"- {level.word}: {meaning}")
    for note in draft.notes:
        yield from comment(note)
    yield from comment(
        "Next: `recsql debug` looks at the tables, `recsql run` judges, `recsql test`."
    )


def _frame(matches: Mapping[str, Match]) -> Iterator[str]:
    dated = {"events", "serving"} & matches.keys()
    value = "latest" if dated else "now"
    yield f"as_of: {value:<17} # latest = the newest request or event; now; or an instant in UTC"
    yield "window: 28d              # requests and outcomes judged: [as_of - window, as_of)"
    yield "history: 56d             # how far back events are read at most"


def _salt(draft: Draft) -> Iterator[str]:
    if draft.salt:
        yield "# identifiers are hashed with it in every output; who reads reports need not know it"
        yield f"salt: {scalar(draft.salt)}"


def _tail() -> Iterator[str]:
    yield ""
    yield from comment("How often one person may have an identifier, and values that mean nobody:")
    yield "# identifiers:"
    yield "#   user_id: {unique: true, max_keys: 50}"
    yield '#   email: {max_keys: 5, blocked_values: ["guest@example.com"]}'
    yield from comment(
        "Policy, with the defaults; `recsql explain CHECK` names each check's variables:"
    )
    yield "# vars:"
    yield "#   late_arrival: 72h    # how late an event may still arrive"
    yield "#   min_persons: 100     # fewer persons give no verdict"
    yield from comment("Limits, severity and tags of single checks:")
    yield "# checks:"
    yield '#   signal_age: {error_if: {median_signal_age: "> 6h"}}'


def _present(match: Match, relation: KnownRelation, costs: Costs) -> Iterator[str]:
    name = match.relation
    yield from comment(f"{name}: {relation.what}.", "  ")
    yield from comment(f"{match.level.word}: {match.why}, {match.table.source}.", "  ")
    if match.others:
        yield from comment(f"Could be meant, too: {', '.join(match.others)}.", "  ")
    yield f"  {name}:"
    if match.source.startswith("select\n"):
        yield "    from: |"
        yield from (f"      {line}" for line in match.source.splitlines())
    else:
        yield f"    from: {scalar(match.source)}"
    if match.where is not None:
        yield f"    where: {scalar(match.where)}"
    yield "    columns:"
    for column, choice in match.columns.items():
        entry = f"      {column}: {scalar(choice.sql)}"
        note = _tidy(f"{choice.level.word}{'; ' if choice.note else ''}{choice.note}")
        if len(entry) + len(note) + 4 <= _WIDTH:
            yield f"{entry:<40}  # {note}"
        else:
            yield from comment(note, "      ")
            yield entry
    if match.missing:
        yield from comment("Not found, and what that costs:", "      ")
        for column in match.missing:
            yield from _lack(f"{name}.{column}", relation.columns[column].what, costs, "      ")


def _absent(name: str, relation: KnownRelation, costs: Costs) -> Iterator[str]:
    yield from comment(f"{name}: {relation.what}.", "  ")
    told = [cost.told() for cost in costs.of(name)]
    yield from comment("Not mapped, which costs:" if told else "Not mapped.", "  ")
    for line in told:
        yield from comment(line, "  ", "  ")
    yield f"  # {name}:"
    yield "  #   from: schema.table"
    yield "  #   columns:"
    for column, known in relation.columns.items():
        needed = " (needed)" if RELATIONS[name][column].required else ""
        yield f"  #     {column + ':':<22} # {known.what}{needed}"


def _lack(name: str, what: str, costs: Costs, indent: str) -> Iterator[str]:
    told = [cost.told() for cost in costs.of(name)] or ["no audit says that it needs it"]
    yield from comment(f"{name.partition('.')[2]} ({what}): {'. '.join(told)}.", indent, "  ")


def table(matches: Mapping[str, Match]) -> list[tuple[str, str, str, str]]:
    """For a terminal: each proposed relation, where it comes from, how sure, and what is not."""
    rows = []
    for name in (name for name in RELATIONS if name in matches):
        match = matches[name]
        doubts = [f"{c} {ch.level.word}" for c, ch in match.columns.items() if ch.level < 3]
        rows.append((name, match.table.source, match.level.word, ", ".join(doubts)))
    return rows


def lacking(costs: Costs, matches: Mapping[str, Match]) -> Iterable[str]:
    """For a terminal: how many checks of each audit can be computed, and what the others lack."""
    mapped = {name: m.columns for name, m in matches.items() if complete(name, m.columns)}
    for reach in costs.reach(mapped):
        lacks = f", the others lack {', '.join(reach.lacking)}" if reach.lacking else ""
        yield f"{reach.audit:<28} {reach.computable} of {reach.checks} checks{lacks}"
