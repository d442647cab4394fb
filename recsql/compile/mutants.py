"""Small breaks of a statement, each of which a case should notice.

They are made on the syntax tree before it is grafted, so that nothing of a project's mapping is
broken, and only on lines that stand in the check's own file: what a macro writes is the macro's.

What no case could ever notice is not broken: a number in `limit`, `group by`, a type, or in what is
merely counted, and the order of a whole statement, whose rows have none. A number is taken for its
neighbours on both sides where it is compared; elsewhere one other number says as much as two.

A mutant is named by the smallest expression around the change, before and after it: of a join its
table, of a condition left out that condition, of a chain of `and` its last part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from sqlglot import exp

from recsql.compile import dialects, relations
from recsql.compile.moment import Rendered
from recsql.compile.places import line_of
from recsql.compile.sources import Sources
from recsql.compile.template import MODEL, RELATION
from recsql.errors import Location
from recsql.model import Inputs

_MARK = "recsql_own"
_LARGE = 1000

_SWAPS: Mapping[type[exp.Expr], tuple[type[exp.Expr], ...]] = {
    exp.GT: (exp.GTE, exp.LT),
    exp.GTE: (exp.GT, exp.LT),
    exp.LT: (exp.LTE, exp.GT),
    exp.LTE: (exp.LT, exp.GT),
    exp.EQ: (exp.NEQ,),
    exp.NEQ: (exp.EQ,),
    exp.And: (exp.Or,),
    exp.Or: (exp.And,),
    exp.Add: (exp.Sub,),
    exp.Sub: (exp.Add,),
    exp.Max: (exp.Min,),
    exp.Min: (exp.Max,),
    exp.Sum: (exp.Max,),
    exp.Avg: (exp.Max,),
}
"""Operators and aggregates, and what each is taken for."""

_UNCOUNTED = (exp.Limit, exp.DataTypeParam, exp.Group, exp.Ordered)
"""What a number in is no quantity."""

_ALWAYS = exp.EQ(this=exp.Literal.number(1), expression=exp.Literal.number(1))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A break: the template's line, what is done to which node of it, and the text of both.

    Two renderings of one template have the same mutants, whatever their variables are.
    """

    line: int
    change: str
    nth: int
    before: str = field(compare=False)
    after: str = field(compare=False)


class Nursery:
    """The mutants of one rendered statement; it is read and grafted once.

    `key` is the same for statements of which all is the same.
    """

    def __init__(
        self, key: str, rendered: Rendered, dialect: str, inputs: Inputs, sources: Sources
    ) -> None:
        self.key = key
        self._source = rendered.source
        known = sources.functions
        tree = dialects.parse(rendered.sql, rendered.source, dialect, functions=known)
        self._found = _found_in(tree, _own_lines(rendered))
        self._tree = relations.graft(tree, rendered.source, inputs, sources, {})

    @property
    def mutants(self) -> tuple[Mutant, ...]:
        """All of them, in the order of the syntax tree."""
        return tuple(self._found)

    def place(self, mutant: Mutant) -> Location:
        """Where the mutated line stands."""
        return line_of(self._source, mutant.line)

    def statement(self, mutant: Mutant) -> exp.Query:
        """A copy of the tree that has the mutation."""
        number, way = self._found[mutant]
        root = exp.Paren(this=self._tree.copy())
        node = next(node for node in root.walk() if node.meta.get(_MARK) == number)
        _apply(node, way)
        tree: exp.Query = root.this
        return tree


def _found_in(tree: exp.Query, lines: Mapping[int, int]) -> dict[Mutant, tuple[int, int]]:
    """Each mutant with the number of its node, which is marked with it, and the way to break it."""
    found: dict[Mutant, tuple[int, int]] = {}
    for number, node in enumerate(list(tree.walk())):
        line = lines.get(_line_of(node) or 0)
        ways = [] if line is None else _ways(node)
        for way, (before, after) in enumerate(ways):
            change = f"{type(node).__name__} {way}"
            nth = sum((each.line, each.change) == (line, change) for each in found)
            found[Mutant(line or 0, change, nth, before, after)] = (number, way)
            node.meta[_MARK] = number
    return found


def _ways(node: exp.Expr) -> list[tuple[str, str]]:
    """How a node can be broken, as text before and after."""
    return [_named(node, changed) for changed in _changes(node)]


def _named(node: exp.Expr, changed: exp.Expr) -> tuple[str, str]:
    """A change as text before and after, with as much around it as says what it is."""
    if isinstance(node, exp.Where | exp.Join):
        left_out = list((Counter(_parts(node)) - Counter(_parts(changed))).elements())
        if left_out:
            return left_out[0], "TRUE"
        return _joined(node), _joined(changed)
    if isinstance(node, exp.Connector) and isinstance(node.this, type(node)):
        last = _text(node.expression)
        return f"… {_word(node)} {last}", f"… {_word(changed)} {last}"
    if isinstance(node, exp.Select):
        columns = ", ".join(_text(column) for column in node.expressions)
        return f"SELECT DISTINCT {columns}", f"SELECT {columns}"
    if isinstance(node, exp.Literal) and node.parent is not None:
        around = node.parent.copy()
        arg, index = str(node.arg_key), node.index
        around.set(arg, changed, index)
        return _text(node.parent), _text(around)
    return _text(node), _text(changed)


def _parts(node: exp.Expr) -> list[str]:
    """The conjuncts of a `where` or of a join's condition that say something, as text."""
    condition = node.args.get("on") if isinstance(node, exp.Join) else node.this
    if condition is None:
        return []
    parts = condition.flatten() if isinstance(condition, exp.And) else [condition]
    return [_text(part) for part in parts if part != _ALWAYS]


def _joined(node: exp.Expr) -> str:
    side = str(node.args.get("side") or "").upper()
    return f"{side} JOIN {_text(node.this)}".strip()


def _word(node: exp.Expr) -> str:
    return "AND" if isinstance(node, exp.And) else "OR"


def _apply(node: exp.Expr, way: int) -> None:
    changed = _changes(node)[way]
    if changed is not node:
        node.replace(changed)


def _changes(node: exp.Expr) -> list[exp.Expr]:
    """The trees that may stand in a node's place; the node itself where it would be changed.

    Each call gives fresh trees; those of a `where` or a `join` are copies.
    """
    kind = type(node)
    if kind in _SWAPS:
        return [_as(node, other) for other in _SWAPS[kind]]
    return next((change(node) for of, change in _CHANGES if isinstance(node, of)), [])


def _less(node: exp.Expr) -> list[exp.Expr]:
    """A condition without `not`, a `coalesce` without its default, a `select` with duplicates."""
    if isinstance(node, exp.Not):
        return [node.this.copy()]
    if isinstance(node, exp.Coalesce):
        return [node.this.copy()] if node.expressions else []
    if isinstance(node, exp.Select):
        return [_with(node, "distinct", None)] if node.args.get("distinct") else []
    if isinstance(node, exp.Count) and isinstance(node.this, exp.Distinct):
        return [exp.Count(this=node.this.expressions[0].copy())]
    return []


def _negated(node: exp.Expr) -> list[exp.Expr]:
    return [] if isinstance(node.parent, exp.Not) else [exp.Not(this=node.copy())]


def _where(node: exp.Expr) -> list[exp.Expr]:
    return [exp.Where(this=rest) for rest in _without_one(node.this)]


def _turned(node: exp.Expr) -> list[exp.Expr]:
    order = node.parent
    if order is not None and isinstance(order.parent, exp.Query) and order.parent.parent is None:
        return []  # rows of a result have no order
    return [_with(node, "desc", not node.args.get("desc"))]


def _as(node: exp.Expr, kind: type[exp.Expr]) -> exp.Expr:
    args = {name: node.args[name].copy() for name in ("this", "expression") if node.args.get(name)}
    return kind(**args)


def _with(node: exp.Expr, name: str, value: object) -> exp.Expr:
    copied: exp.Expr = node.copy()
    copied.set(name, value)
    return copied


def _numbers(node: exp.Expr) -> list[exp.Expr]:
    """One more, and one less where it is compared; a large number doubled, beyond a tolerance."""
    if node.is_string or isinstance(node.parent, _UNCOUNTED):
        return []
    if isinstance(node.parent, exp.If) and isinstance(node.find_ancestor(exp.AggFunc), exp.Count):
        return []  # what is counted may be any number
    number = float(node.name)
    whole = "." not in node.name and "e" not in node.name.lower()
    others = [number * 2] if abs(number) >= _LARGE else [number + 1]
    if others[0] == number + 1 and isinstance(node.parent, exp.Predicate):
        others.append(number - 1)
    return [
        exp.Paren(this=exp.convert(int(other) if whole else other)) if other < 0
        else exp.convert(int(other) if whole else other)
        for other in others
    ]  # fmt: skip


def _without_one(condition: exp.Expr) -> list[exp.Expr]:
    """The condition without each conjunct; `1 = 1` says nothing, and stands for an empty rest."""
    parts = list(condition.flatten()) if isinstance(condition, exp.And) else [condition]
    if len(parts) == 1:
        return [] if condition == _ALWAYS else [_ALWAYS.copy()]
    kept = [[part for part in parts if part is not left] for left in parts if left != _ALWAYS]
    return [exp.and_(*(part.copy() for part in rest)) for rest in kept]


def _joins(node: exp.Expr) -> list[exp.Expr]:
    if node.args.get("on") is None:
        return []
    other = None if str(node.args.get("side") or "").lower() == "left" else "LEFT"
    found = _with(node, "side", other)
    found.set("kind", None)
    condition = node.args["on"]
    dropped = []
    if isinstance(condition, exp.And):
        dropped = [_with(node, "on", rest) for rest in _without_one(condition)]
    return [found, *dropped]


_ANY: type[exp.Expr] = getattr(exp, "Expr", exp.Expression)
"""Any node; sqlglot before 30 has no `Expr`."""

_CHANGES: tuple[tuple[type[exp.Expr], Callable[[exp.Expr], list[exp.Expr]]], ...] = (
    (exp.Literal, _numbers),
    (exp.Where, _where),
    (exp.Join, _joins),
    (exp.Ordered, _turned),
    (exp.Is, _negated),
    (_ANY, _less),
)


def _text(node: exp.Expr) -> str:
    text = " ".join(node.sql(dialect=dialects.CANONICAL, comments=False).split())
    return text.replace(MODEL, "").replace(RELATION, "")


def _line_of(node: exp.Expr) -> int | None:
    """The line of the first word of a node that knows it."""
    for part in node.walk():
        line = part.meta.get("line")
        if line is not None:
            return int(line)
    above = node.parent  # a bare number stands where what it is compared with stands
    return None if above is None else _line_of(above)


def _own_lines(rendered: Rendered) -> dict[int, int]:
    """Line of the rendered text → line of the template, as far as they are one to one."""
    own = [line.strip() for line in rendered.source.text.splitlines()]
    made = [line.strip() for line in rendered.sql.splitlines()]
    lines: dict[int, int] = {}
    for tag, a, b, c, d in SequenceMatcher(None, own, made, autojunk=False).get_opcodes():
        if tag == "equal" or (tag == "replace" and b - a == d - c):
            lines.update((c + i + 1, a + i + 1) for i in range(b - a))
    return lines
