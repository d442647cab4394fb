"""Jinja for SQL: sandboxed, strict, without queries; what a template used is written down.

`relation`, `ref` and `state` render placeholder table names; `relations.py` replaces them in the
syntax tree. Macros are bound by name and compiled when first called, so that a broken macro
breaks its users only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from types import CodeType, TracebackType

from jinja2 import StrictUndefined, Template
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError

from recsql.arguments import Expression, Filled, Given, Source, SourceKind
from recsql.compile.dialects import CANONICAL, expression_text, literal
from recsql.compile.moment import AS_OF_US, Policy, Rendered
from recsql.compile.places import line_of
from recsql.compile.sandbox import ELSEWHERE, Sandbox, near, own_words
from recsql.errors import CompileError, Location, RecsqlError, did_you_mean
from recsql.model import Macro, Problem, Scalar, Text, Value
from recsql.project.contract import RELATIONS
from recsql.quantities import parse_duration

RELATION = "recsql_relation_"
MODEL = "recsql_model_"
STATE = "recsql_state_"
TABLE = "recsql_table_"
NATIVE = "recsql_native_"

_FAILURES = (
    SecurityError, TemplateError, TypeError, ValueError, ArithmeticError, LookupError,
    AttributeError, RecursionError,
)  # fmt: skip
"""What a template that somebody else wrote can raise while it renders."""

_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class _Uses:
    models: dict[str, None] = field(default_factory=dict)
    relations: dict[str, None] = field(default_factory=dict)
    variables: dict[str, None] = field(default_factory=dict)
    asked: dict[str, None] = field(default_factory=dict)
    natives: dict[str, Text] = field(default_factory=dict)

    def add(self, other: _Uses) -> None:
        self.models.update(other.models)
        self.relations.update(other.relations)
        self.variables.update(other.variables)
        self.asked.update(other.asked)

    def of(self, sql: str, source: Text) -> Rendered:
        found = (self.models, self.relations, self.variables, self.asked)
        models, relations, variables, asked = (tuple(names) for names in found)
        return Rendered(sql, source, models, relations, variables, asked, self.natives)


@dataclass(frozen=True, slots=True)
class _Written:
    """A value that knows its SQL form; comparing it compares the value."""

    value: Value

    def __eq__(self, other: object) -> bool:
        return self.value == (other.value if isinstance(other, _Written) else other)

    def __hash__(self) -> int:
        return hash(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __str__(self) -> str:
        if isinstance(self.value, tuple):
            return "(" + ", ".join(literal(item) for item in self.value or (None,)) + ")"
        return literal(_whole(self.value))


def table_placeholder(source: Source) -> str:
    """A name that stands for a table of the warehouse, the same for the same text."""
    return TABLE + _digest(source.text.text)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class Templates:
    """Renders the templates of one compilation: one policy, one set of macros."""

    def __init__(self, policy: Policy, macros: Mapping[str, Macro]) -> None:
        self._policy = policy
        self._uses = _Uses()
        self._environment = Sandbox(undefined=StrictUndefined, autoescape=False)
        self._environment.globals.clear()
        self._environment.globals.update(
            {name: _LazyMacro(macro, self) for name, macro in macros.items()}
        )
        self.functions = self._functions()
        self._environment.globals.update(self.functions)

    def render(self, source: Text) -> Rendered:
        """The SQL of a template; raises `CompileError` at the template's own line."""
        self._uses = _Uses()
        try:
            given = source.given if isinstance(source, Filled) else {}
            values = {name: self._given(value) for name, value in given.items()}
            sql = self._template(source).render(values)
        except RecsqlError as error:
            raise error.at(_place(error.__traceback__, source)) from error.__cause__
        except UndefinedError as cause:
            raise self._undefined(cause, source) from cause
        except _FAILURES as cause:
            place = _place(cause.__traceback__, source)
            what = own_words(str(cause))
            raise CompileError(f"this template fails: {what}", place, near(what)) from cause
        return self._uses.of(sql, source)

    def loaded(self, macro: Macro) -> tuple[Callable[..., str], _Uses]:
        """A macro, and what its file asks for outside of it."""
        before, self._uses = self._uses, _Uses()
        try:
            return macro_body(macro, self._template), self._uses
        finally:
            self._uses = before

    def asked_for(self, uses: _Uses) -> None:
        """Write down what was asked for on behalf of the template that is rendered."""
        self._uses.add(uses)

    def _template(self, source: Text) -> Template:
        environment = self._environment
        try:
            code = _code(source.text, source.location.path, _filename(source))
        except TemplateSyntaxError as cause:
            place = line_of(source, cause.lineno)
            message = f"this Jinja cannot be read: {cause.message}"
            raise CompileError(message, place, near(str(cause.message))) from cause
        return Template.from_code(environment, code, environment.make_globals(None))

    def _undefined(self, cause: UndefinedError, source: Text) -> CompileError:
        message = own_words(str(cause))
        quoted = message.split("'")
        if message.endswith("is undefined") and len(quoted) == 3:
            name = quoted[1]
            hint = ELSEWHERE.get(name) or did_you_mean(name, self._environment.globals)
            place = _place(cause.__traceback__, source)
            return CompileError(f"`{name}` is not defined in this template", place, hint)
        # what a macro was not given is missing where it is called
        return CompileError(message, _place(cause.__traceback__, source, own=True))

    def _functions(self) -> dict[str, Callable[..., object]]:
        moment = self._policy.moment
        spans = {
            "as_of": timedelta(0),
            "window_start": timedelta(seconds=moment.window_s),
            "history_start": timedelta(seconds=moment.history_s),
        }
        functions: dict[str, Callable[..., object]] = {
            "relation": self._relation,
            "ref": self._ref,
            "state": lambda name: STATE + str(name),
            "var": self._var,
            "var_us": self._var_us,
            "literal": literal,
            "mapped": self._mapped,
            "sample_filter": self._sample_filter,
        }
        for name, span in spans.items():
            end = moment.inside and name == "as_of"
            functions[name] = _instant(moment.as_of, span, _timestamp, inside=end)
            functions[f"{name}_us"] = _instant(moment.as_of, span, _microseconds, inside=end)
        return functions

    def _given(self, value: Given) -> object:
        """An argument as the template sees it: SQL text, a list of such, or a value."""
        if isinstance(value, Source):
            return self._source(value)
        if isinstance(value, Expression):
            return self._expression(value)
        if isinstance(value, tuple) and all(isinstance(item, Expression) for item in value):
            return [self._given(item) for item in value]
        return None if value is None else _Written(value)  # type: ignore[arg-type]

    def _source(self, source: Source) -> str:
        name = source.text.text
        if source.kind is SourceKind.RELATION:
            return self._relation(name)
        return self._ref(name) if source.kind is SourceKind.MODEL else table_placeholder(source)

    def _expression(self, expression: Expression) -> str:
        source, dialect = expression.text, expression.dialect or CANONICAL
        rendered = Text(self._template(source).render(), source.location)
        text = expression_text(rendered, dialect)
        if dialect == CANONICAL:
            return text
        name = NATIVE + _digest(rendered.text)
        self._uses.natives[name] = rendered
        return name

    def _relation(self, name: str) -> str:
        self._uses.relations[name] = None
        return RELATION + str(name)

    def _ref(self, name: str) -> str:
        self._uses.models[name] = None
        return MODEL + str(name)

    def _mapped(self, name: str) -> bool:
        relation = name.partition(".")[0]
        if relation not in RELATIONS:
            hint = did_you_mean(relation, RELATIONS)
            raise CompileError(f"unknown relation `{relation}`", hint=hint)
        self._uses.asked[name] = None
        return self._policy.mapped(name)

    def _value(self, name: str) -> Value:
        if name not in self._policy.variables:
            hint = did_you_mean(name, self._policy.variables)
            raise CompileError(f"unknown variable `{name}`", hint=hint)
        self._uses.variables[name] = None
        return self._policy.variables[name]

    def _var(self, name: str) -> _Written:
        return _Written(self._value(name))

    def _var_us(self, name: str) -> str:
        seconds = parse_duration(self._value(name))
        if seconds is None:
            raise CompileError(f"variable `{name}` is not a duration")
        return str(round(seconds * 1_000_000))

    def _sample_filter(self, column: str) -> str:
        if self._policy.sample is None:
            return "1 = 1"
        return f"rs_hash_u({column}) < {literal(self._policy.sample)}"


_READER = Sandbox(undefined=StrictUndefined, autoescape=False)


@lru_cache(maxsize=2048)
def _code(text: str, path: str, filename: str) -> CodeType:
    """A template as Python code, which is the same whatever it is rendered with."""
    return _READER.compile(text, name=path, filename=filename)


class _LazyMacro:
    """A macro that is compiled when it is first called.

    What its file asks for outside the macro, it asks for then; each template that calls it did.
    """

    def __init__(self, macro: Macro, templates: Templates) -> None:
        self._macro = macro
        self._templates = templates
        self._body: Callable[..., str] | None = None
        self._around = _Uses()

    def __call__(self, *args: object, **kwargs: object) -> str:
        if self._body is None:
            self._body, self._around = self._templates.loaded(self._macro)
        self._templates.asked_for(self._around)
        return str(self._body(*args, **kwargs)).strip()


def macro_body(macro: Macro, compile_: Callable[[Text], Template]) -> Callable[..., str]:
    """The macro in a macro's file; raises `CompileError` when the file does not define it."""
    module = compile_(macro.text).module
    body = getattr(module, macro.name, None)
    if not callable(body):
        message = f"`{macro.text.location.path}` does not define a macro `{macro.name}`"
        raise CompileError(message, macro.text.location, "a macro is named like its file")
    return body  # type: ignore[no-any-return] # Jinja's module has no types


def broken_macros(templates: Templates, macros: Mapping[str, Macro]) -> tuple[Problem, ...]:
    """A problem for each macro that cannot be read, whether or not a check uses it."""
    problems = []
    for name, macro in macros.items():
        if name in templates.functions:
            message = f"recsql has a function `{name}` of its own"
            place = macro.text.location
            problems.append(Problem(f"macro `{name}`", message, place, "give it another name"))
            continue
        try:
            macro_body(macro, templates._template)
        except CompileError as error:
            problem = Problem(f"macro `{name}`", error.message, error.location, error.hint)
            problems.append(problem)
        except _FAILURES as cause:
            place = macro.text.location
            problems.append(Problem(f"macro `{name}`", f"this macro fails: {cause}", place))
    return tuple(problems)


def _instant(
    as_of: datetime, before: timedelta, write: Callable[[int], str], *, inside: bool
) -> Callable[..., str]:
    def instant(minus: str = "0s") -> str:
        earlier = _span(minus)
        just_after = timedelta(microseconds=1 if inside and not earlier else 0)
        found = as_of - before - earlier + just_after  # overflows here, at the template's line
        return write((found - as_of) // _MICROSECOND)

    return instant


def _microseconds(offset_us: int) -> str:
    return str(AS_OF_US + offset_us)


def _timestamp(offset_us: int) -> str:
    return f"cast('recsql as_of {offset_us:+d} us' as timestamp)"


def _span(text: str) -> timedelta:
    seconds = parse_duration(text)
    if seconds is None:
        raise CompileError(f"`{text}` is not a duration", hint="write 90s, 15m, 6h, 2d or 4w")
    return timedelta(seconds=seconds)


def _whole(value: Scalar) -> Scalar:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _filename(source: Text) -> str:
    """A name for Python's traceback that leads back to the file and the text's first line."""
    return f"{source.location.path}\n{source.location.line or 1}"


def _place(traceback: TracebackType | None, source: Text, *, own: bool = False) -> Location:
    """The innermost template line of a traceback, in whichever file, or in the source's own."""
    place = None
    while traceback is not None:
        path, newline, first = traceback.tb_frame.f_code.co_filename.rpartition("\n")
        if newline and (not own or path == source.location.path):
            line = int(first) + traceback.tb_lineno - 1
            known = source if path == source.location.path else None
            place = line_of(known, traceback.tb_lineno) if known else Location(path, line)
        traceback = traceback.tb_next
    return place or source.location
