"""YAML with positions: every value knows its file, line and column.

Reading is forgiving in one way only: a mistake in one key becomes a `Problem` in the caller's
list, and the rest of the document is read on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from recsql.errors import ConfigError, Location, RecsqlError, did_you_mean
from recsql.model import Problem, Scalar, Text
from recsql.quantities import parse_duration, parse_quantity

_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MOST_VALUES = 100_000
"""More values than any file of a project has; aliases of aliases come to millions."""
_DEEPEST = 100
"""Levels of nesting; the parser recurses in C, and ends the process at some ten thousand."""
_TOO_DEEP = "this YAML contains itself, or is nested too deeply"
_LISTS_IN_LISTS = re.compile(rf"^ *(?:[-?] +){{{_DEEPEST}}}", re.MULTILINE)
_TRUE, _FALSE = {"true", "yes", "on"}, {"false", "no", "off"}


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML value with its place; `value` is a scalar, a list of nodes or a mapping of nodes."""

    value: Scalar | list[Node] | dict[str, Node]
    location: Location
    text_line: int = 0
    text_column: int = 1
    """The file's line and column at which the text of a scalar starts."""

    def plain(self) -> object:
        """The value without places, as `yaml.safe_load` would give it."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value

    def error(self, message: str, hint: str | None = None) -> ConfigError:
        """An error that stands where this value stands."""
        return ConfigError(message, self.location, hint)


def read(path: Path, shown: str, *, secret: bool = False) -> Node:
    """The root of a YAML file; `shown` is the path that messages use.

    Nothing of a `secret` file is quoted. Raises `ConfigError` for a file that cannot be read, is
    not YAML, or repeats a key.
    """
    return parse(read_text(path, shown), shown, secret=secret)


def read_text(path: Path, shown: str) -> str:
    """The text of a file; raises `ConfigError` when it cannot be read."""
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError as cause:
        raise ConfigError(f"no file `{shown}`") from cause
    except OSError as cause:
        raise ConfigError(f"cannot read `{shown}`: {cause.strerror}", Location(shown)) from cause
    except UnicodeDecodeError as cause:
        line = content.count(b"\n", 0, cause.start) + 1
        column = cause.start - content.rfind(b"\n", 0, cause.start)
        place = Location(shown, line, column)
        raise ConfigError("this file is not UTF-8", place, "save it in UTF-8") from cause


def parse(text: str, shown: str, *, secret: bool = False) -> Node:
    """The root of a YAML text; an empty text is an empty mapping."""
    lines = [] if secret else text.splitlines()
    _require_flat(text, shown, lines)
    try:
        root = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as cause:
        mark = cause.problem_mark or cause.context_mark
        place = _location(shown, lines, mark.line, mark.column) if mark else Location(shown)
        what = "" if secret else f": {cause.problem or cause.context}"
        hint = _yaml_hint(place.source)
        raise ConfigError(f"this is not YAML{what}", place, hint) from (None if secret else cause)
    except yaml.reader.ReaderError as cause:
        # the position counts bytes or characters, depending on how YAML was built
        character = cause.character if isinstance(cause.character, int) else ord(cause.character)
        position = max(text.find(chr(character)), 0)
        line = text.count("\n", 0, position)
        column = position - text.rfind("\n", 0, position) - 1
        what = f"this is not YAML: the character U+{character:04X} is not allowed"
        raise ConfigError(what, _location(shown, lines, line, column)) from None
    except yaml.YAMLError as cause:
        raise ConfigError(f"this is not YAML: {cause}", Location(shown, 1)) from cause
    if root is None:
        return Node({}, Location(shown, 1, 1))
    return _Reading(shown, lines).node(root)


def _require_flat(text: str, shown: str, lines: list[str]) -> None:
    """Raise `ConfigError` for a text that nests more brackets or dashes than a file has use for."""
    dashes = _LISTS_IN_LISTS.search(text) if text.count("- ") > _DEEPEST else None
    if dashes is not None:
        line = text.count("\n", 0, dashes.start())
        raise ConfigError(_TOO_DEEP, _location(shown, lines, line, 0))
    if text.count("[") + text.count("{") <= 2 * _DEEPEST:
        return
    depth, line = 0, 0
    for character in text:
        depth += (character in "[{") - (character in "]}")
        line += character == "\n"
        if depth > 2 * _DEEPEST:
            raise ConfigError(_TOO_DEEP, _location(shown, lines, line, 0))


def _yaml_hint(line: str | None) -> str | None:
    if line is not None and "{{" in line:
        return "a value with Jinja in it needs quotes, or a block (`sql: |`)"
    return None


def _location(shown: str, lines: list[str], line: int, column: int) -> Location:
    source = lines[line] if line < len(lines) else None
    return Location(shown, line + 1, column + 1, source)


class _Reading:
    """One document on its way to nodes; an alias is read again each time, and counts each time."""

    def __init__(self, shown: str, lines: list[str]) -> None:
        self._shown = shown
        self._lines = lines
        self._left = _MOST_VALUES

    def node(self, node: yaml.Node, depth: int = 0) -> Node:
        """The value with its place."""
        place = self._place(node.start_mark)
        if depth > _DEEPEST:
            raise ConfigError(_TOO_DEEP, place)
        self._left -= 1
        if self._left < 0:
            message = f"this YAML has more than {_MOST_VALUES:,} values when its aliases are read"
            raise ConfigError(message, place)
        if isinstance(node, yaml.MappingNode):
            return Node(self._entries(node, depth + 1), place)
        if isinstance(node, yaml.SequenceNode):
            return Node([self.node(item, depth + 1) for item in node.value], place)
        if getattr(node, "style", None) not in ("|", ">"):
            return Node(_scalar(node), place, node.start_mark.line + 1, node.start_mark.column + 1)
        first = node.start_mark.line + 1
        below = self._lines[first] if first < len(self._lines) else ""
        return Node(_scalar(node), place, first + 1, len(below) - len(below.lstrip()) + 1)

    def _place(self, mark: yaml.Mark) -> Location:
        return _location(self._shown, self._lines, mark.line, mark.column)

    def _entries(self, mapping: yaml.MappingNode, depth: int) -> dict[str, Node]:
        """The entries of a mapping; those of `<<: *anchor` come last, and never win."""
        entries: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        for key, value in mapping.value:
            where = self._place(key.start_mark)
            if not isinstance(key, yaml.ScalarNode):
                raise ConfigError("a key must be a word", where, _yaml_hint(where.source))
            name = str(key.value)
            converted = self.node(value, depth)
            if key.tag.endswith(":merge"):
                parts = converted.value if isinstance(converted.value, list) else [converted]
                if not all(isinstance(part.value, dict) for part in parts):
                    raise ConfigError("`<<` takes an alias of a mapping", where)
                for part in reversed(parts):
                    merged.update(part.value if isinstance(part.value, dict) else {})
                continue
            if name in entries:
                raise ConfigError(f"the key `{name}` stands here twice", where)
            start = converted.text_line, converted.text_column
            entries[name] = Node(converted.value, where, *start)
        return {**merged, **entries}


def _scalar(node: yaml.Node) -> Scalar:
    """A scalar by its tag, but without YAML 1.1's dates, base-60 numbers and `yes`/`no`."""
    text = str(node.value)
    kind = node.tag.rpartition(":")[2]
    if kind == "null":
        return None
    if kind == "bool" and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        if kind == "int":
            return int(text)
        if kind == "float":
            return float(text)
    except ValueError:
        return text
    return text


def truth(value: object) -> bool | None:
    """True or false for a YAML value that says so, `yes`, `no`, `on` and `off` among them."""
    word = str(value).lower()
    return word in _TRUE if word in _TRUE | _FALSE else None


def whole_number(value: object) -> int | None:
    """A whole number from 1 on, for a YAML value that is one."""
    is_one = isinstance(value, int) and not isinstance(value, bool) and value >= 1
    return value if isinstance(value, int) and is_one else None


@dataclass(slots=True)
class Section:
    """A mapping that is read key by key; mistakes go to `problems`, unknown keys among them."""

    node: Node
    subject: str
    problems: list[Problem]
    known: tuple[str, ...]
    entries: Mapping[str, Node] = field(init=False)

    def __post_init__(self) -> None:
        value = self.node.value
        self.entries = value if isinstance(value, dict) else {}
        if not isinstance(value, dict):
            what = "nothing" if value is None else f"`{value}`"
            what = "a list" if isinstance(value, list) else what
            self.report(self.node.error(f"{self.subject} must be a mapping, not {what}"))
        for key, node in self.entries.items():
            if key not in self.known:
                message = f"unknown key `{key}` in {self.subject}"
                self.report(node.error(message, did_you_mean(key, self.known)))

    def report(self, error: RecsqlError) -> None:
        """Set a mistake aside, once, so that reading goes on."""
        found = problem_of(error, self.subject)
        if found not in self.problems:
            self.problems.append(found)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def text(self, key: str, default: str = "") -> str:
        """The text of a key; numbers are taken as they are written."""
        node = self.entries.get(key)
        if node is None or node.value is None:
            return default
        if isinstance(node.value, dict | list):
            self.report(node.error(f"`{key}` of {self.subject} must be text"))
            return default
        return str(node.value)

    def sql(self, key: str) -> Text | None:
        """The text of a key as SQL or Jinja that knows its place."""
        node = self.entries.get(key)
        if node is None or node.value is None:
            return None
        return text_of(node, self.text(key))

    def boolean(self, key: str, default: bool) -> bool:
        """True or false; `yes`, `no`, `on` and `off` are understood too."""
        node = self.entries.get(key)
        if node is None:
            return default
        word = truth(node.value)
        if word is not None:
            return word
        self.report(node.error(f"`{key}` of {self.subject} must be true or false"))
        return default

    def duration(self, key: str, default: float) -> float:
        """Seconds of a positive duration such as `28d`."""
        node = self.entries.get(key)
        if node is None:
            return default
        seconds = parse_duration(node.value)
        if seconds is None or seconds <= 0:
            message = f"`{key}: {node.plain()}` is not a duration"
            self.report(node.error(message, "write 90s, 15m, 6h, 2d or 4w"))
            return default
        return seconds

    def number(self, key: str, default: float) -> float:
        """A number, share or duration."""
        node = self.entries.get(key)
        if node is None:
            return default
        number = parse_quantity(str(node.value))
        if number is None:
            self.report(node.error(f"`{key}: {node.plain()}` is not a number"))
            return default
        return number

    def count(self, key: str, default: int | None) -> int | None:
        """A whole number from 1 on."""
        node = self.entries.get(key)
        if node is None:
            return default
        number = whole_number(node.value)
        if number is None:
            message = f"`{key}: {node.plain()}` of {self.subject} is not a count"
            self.report(node.error(message, "write a whole number from 1 on"))
            return default
        return number

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        node = self.entries.get(key)
        if node is None or node.value is None:
            return ()
        items = node.value if isinstance(node.value, list) else [node]
        if any(isinstance(item.value, dict | list) for item in items):
            self.report(node.error(f"`{key}` of {self.subject} must be a list of names"))
            return ()
        return tuple(str(item.value) for item in items)

    def children(self, key: str) -> Mapping[str, Node]:
        """The entries of a nested mapping."""
        node = self.entries.get(key)
        if node is None or node.value is None:
            return {}
        if not isinstance(node.value, dict):
            self.report(node.error(f"`{key}` of {self.subject} must be a mapping"))
            return {}
        return node.value

    def items(self, key: str) -> Iterator[Node]:
        """The entries of a nested list."""
        node = self.entries.get(key)
        if node is None or node.value is None:
            return
        if not isinstance(node.value, list):
            self.report(node.error(f"`{key}` of {self.subject} must be a list"))
            return
        yield from node.value

    def choice(self, key: str, choices: Iterable[str], default: str) -> str:
        """One of the given words."""
        word = self.text(key, default)
        allowed = tuple(choices)
        if word in allowed:
            return word
        message = f"`{key}` of {self.subject} cannot be `{word}`"
        self.report(self.entries[key].error(message, did_you_mean(word, allowed)))
        return default


def text_of(node: Node, text: str) -> Text:
    """A scalar's text, placed at the line on which it starts in the file."""
    place = node.location
    line = node.text_line or place.line
    return Text(text, Location(place.path, line, node.text_column, place.source))


def problem_of(error: RecsqlError, subject: str) -> Problem:
    """An error set aside as a value."""
    return Problem(subject, error.message, error.location, error.hint, error.exit_code)
