"""Policy values: the built-in variables, and what a project or a case makes of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from recsql.errors import ConfigError, did_you_mean
from recsql.model import Problem, Value, Variable
from recsql.project.document import Node, Section, problem_of, truth, whole_number
from recsql.quantities import parse_duration, parse_quantity

KINDS = ("duration", "share", "number", "count", "flag", "text", "list", "durations")

_WORDED: Mapping[str, tuple[Callable[[object], Value], str]] = {
    "flag": (truth, "write true or false"),
    "count": (whole_number, "write a whole number from 1 on"),
}
"""The kinds that have a reader of their own, and what to write."""


def declared(root: Node, problems: list[Problem]) -> dict[str, Variable]:
    """The variables of a `vars.yml`."""
    entries = root.value if isinstance(root.value, dict) else {}
    found = {}
    for name, node in entries.items():
        known = ("kind", "default", "choices", "summary")
        section = Section(node, f"variable `{name}`", problems, known)
        kind = section.choice("kind", KINDS, "text")
        default = section.entries.get("default")
        value = None if default is None else convert(default, kind)
        choices = section.texts("choices")
        found[name] = Variable(name, kind, value, section.text("summary"), choices)
    return found


def convert(node: Node, kind: str) -> Value:
    """A YAML value as the variable's kind; raises `ConfigError` where it does not fit."""
    raw = node.value
    if raw is None:
        return None
    if kind == "list":
        items = raw if isinstance(raw, list) else [node]
        return tuple(str(item.plain()) for item in items)
    if kind == "durations":
        return tuple(_durations(node))
    if isinstance(raw, dict | list):
        raise node.error(f"a {kind} cannot be `{node.plain()}`")
    if kind == "text":
        return raw
    if kind in _WORDED:
        read, hint = _WORDED[kind]
        found = read(raw)
        if found is None:
            raise node.error(f"`{raw}` is not a {kind}", hint)
        return found
    number = parse_duration(raw) if kind == "duration" else parse_quantity(str(raw))
    if number is None or isinstance(raw, bool):
        raise node.error(f"`{raw}` is not a {kind}", "write 90s 15m 6h 2d 4w, 5%, or a number")
    return number


def _durations(node: Node) -> Iterator[str]:
    """Each `name=seconds` of a list `[socks=30d]`, or of a mapping `{socks: 30d}`."""
    items = node.value if isinstance(node.value, list) else [node]
    for item in items:
        if isinstance(item.value, dict):
            pairs = [(name, child, str(child.plain())) for name, child in item.value.items()]
        else:
            name, _, text = str(item.plain()).rpartition("=")
            pairs = [(name, item, text)]
        for name, place, text in pairs:
            seconds = parse_duration(text.strip())
            if not name.strip() or seconds is None or seconds <= 0:
                message = f"`{item.plain()}` is not a name and a duration"
                raise place.error(message, "write [socks=30d] or {socks: 30d}")
            yield f"{name.strip()}={seconds}"


def infer(node: Node) -> Value:
    """A value of a variable that recsql does not know, by how it is written."""
    if isinstance(node.value, list):
        return tuple(str(item.plain()) for item in node.value)
    if isinstance(node.value, dict):
        raise node.error("a variable is a number, a text or a list")
    number = parse_quantity(node.value) if isinstance(node.value, str) else None
    return node.value if number is None else number


def flat(nodes: Mapping[str, Node], variables: Iterable[str]) -> dict[str, Node]:
    """The values by variable, where a mapping `group: {name: value}` sets `group_name`."""
    known = set(variables)
    found: dict[str, Node] = {}
    for name, node in nodes.items():
        is_group = any(other.startswith(f"{name}_") for other in known)
        if isinstance(node.value, dict) and name not in known and is_group:
            found.update({f"{name}_{key}": child for key, child in node.value.items()})
        else:
            found[name] = node
    return found


def assign(
    nodes: Mapping[str, Node], variables: Mapping[str, Variable], problems: list[Problem]
) -> dict[str, Value]:
    """The values a project gives; those that do not fit are set aside as problems."""
    values: dict[str, Value] = {}
    for name, node in nodes.items():
        known = variables.get(name)
        try:
            values[name] = infer(node) if known is None else _chosen(node, known)
        except ConfigError as error:
            problems.append(problem_of(error, f"variable `{name}`"))
    return values


def _chosen(node: Node, variable: Variable) -> Value:
    value = convert(node, variable.kind)
    given: tuple[Value, ...] = (value,)
    if variable.kind == "durations" and isinstance(value, tuple):
        given = tuple(entry.rpartition("=")[0] for entry in value)
    for each in given:
        if variable.choices and each is not None and each not in variable.choices:
            hint = did_you_mean(str(each), variable.choices)
            wanted = " or ".join(variable.choices)
            raise node.error(f"`{variable.name}` cannot be `{each}`: it is {wanted}", hint)
    return value


def unknown(
    nodes: Mapping[str, Node], variables: Iterable[str], used: Iterable[str]
) -> Iterable[Problem]:
    """A problem for each variable that neither recsql nor the project's own SQL knows."""
    declared = set(variables)
    if declared.issuperset(nodes):
        return
    known = {*declared, *used}
    for name, node in nodes.items():
        if name not in known:
            hint = did_you_mean(name, known)
            error = node.error(f"unknown variable `{name}`", hint)
            yield problem_of(error, f"variable `{name}`")
