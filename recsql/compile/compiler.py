"""Check + target → `CompiledCheck`: render, parse, graft, guard, transpile.

Each model is compiled once; what is wrong with it is told once, and the checks that need it are
skipped with its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from recsql.arguments import Filled
from recsql.compile.kept import (
    Kept,
    digest,
    digest_of,
    digest_of_model,
    digest_of_relation,
)
from recsql.compile.missing import cost_of_missing
from recsql.compile.moment import Policy, Rendered, Template
from recsql.compile.places import mention_of
from recsql.compile.plan import building_order
from recsql.compile.renderings import Renderings
from recsql.compile.sources import CANONICAL, NAMES_COLUMNS, Sources, lacking
from recsql.errors import (
    CompileError,
    NotComputableError,
    RecsqlError,
    UpstreamError,
    did_you_mean,
)
from recsql.model import (
    Catalog,
    Check,
    CompiledCheck,
    CompiledModel,
    CompiledStep,
    Fixpoint,
    Inputs,
    Model,
    Problem,
    Statement,
    Text,
)
from recsql.project.contract import RELATIONS
from recsql.project.definitions import texts_of

if TYPE_CHECKING:  # both import sqlglot, which what is kept does not need
    from recsql.compile.mutants import Mutant, Nursery
    from recsql.compile.trees import Trees


def model_table(name: str) -> str:
    """The temp table of a model."""
    return f"recsql_{name}"


def _own_texts(check: Check) -> tuple[Text, ...]:
    return (check.sql,) if check.rows_sql is None else (check.sql, check.rows_sql)


def table_names(catalog: Catalog) -> dict[str, str]:
    """The temp tables of all models."""
    return {name: model_table(name) for name in catalog.models}


@dataclass(slots=True)
class Compiler:
    """One compilation: a catalog, a policy, and what the placeholders become."""

    catalog: Catalog
    policy: Policy
    sources: Sources
    kept: Kept = field(default_factory=Kept)
    problems: list[Problem] = field(default_factory=list)
    _renderings: Renderings = field(init=False)
    _trees: Trees | None = None
    _models: dict[str, CompiledModel | RecsqlError] = field(default_factory=dict)
    _world: str = field(init=False)
    _inputs: dict[str, str] = field(default_factory=dict)
    _needs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The models that a model's own texts name."""

    def __post_init__(self) -> None:
        self._world = digest_of(self.sources)
        self._renderings = Renderings(self.policy, self.catalog.macros, self.kept, self._world)

    def check(self, check: Check) -> CompiledCheck:
        """A check in the target's dialect.

        Raises `NotComputableError` when the project lacks an input, `UpstreamError` when a model
        is broken, `CompileError` when the check itself is.
        """
        native = None if isinstance(check.sql, Filled) else check.dialect
        written_for = native or CANONICAL
        if check.dialect is not None and check.dialect != self.sources.dialect:
            raise NotComputableError(f"written for {check.dialect}, not {self.sources.dialect}")
        models = self._order([check.sql])
        for name in models:
            self._require(name)
        self._require_inputs(check.inputs)
        if check.counts_rows:
            statement = self._statement("failures", check.sql, check.inputs, written_for)
            rows = self._statement("sample", check.sql, check.inputs, written_for)
            first = self._first_rows(check)
            notes, degraded = self._cost(check.inputs, models)
            return CompiledCheck(check, statement, models, rows, statement, first, notes, degraded)
        statement = self._statement("whole", check.sql, check.inputs, written_for)
        below, sample, total = self._sample(check, written_for)
        models = tuple(dict.fromkeys((*models, *below)))
        notes, degraded = self._cost(check.inputs, models)
        return CompiledCheck(check, statement, models, sample, total, (), notes, degraded)

    def model(self, name: str) -> CompiledModel:
        """A model in the target's dialect, compiled once; raises what is wrong with it."""
        if name not in self._models:
            try:
                self._models[name] = self._compile_model(self._model(name))
            except (NotComputableError, UpstreamError) as error:
                self._models[name] = error
            except CompileError as error:
                self._models[name] = error
                problem = Problem(f"model `{name}`", error.message, error.location, error.hint)
                self.problems.append(problem)
        found = self._models[name]
        if isinstance(found, CompiledModel):
            return found
        raise found

    def relations_of(self, check: Check) -> frozenset[str]:
        """The relations that a check reads, directly or through models."""
        try:
            statements = self.statements_of(check)
        except RecsqlError:
            return frozenset()
        return frozenset(name for rendered, _ in statements for name in rendered.relations)

    def models_of(self, check: Check) -> tuple[Model, ...]:
        """The models of a check and of its rows, in building order."""
        return tuple(self._model(name) for name in self._order(_own_texts(check)))

    def statements_of(self, check: Check) -> tuple[tuple[Rendered, Inputs], ...]:
        """The templates of a check, its rows and its models, rendered; and what each can lack."""
        every = [(text, check.inputs) for text in _own_texts(check)]
        for model in self.models_of(check):
            every += [(text, model.inputs) for text in texts_of(model)]
        return tuple((self._render(text), inputs) for text, inputs in every)

    def query(self, template: str, about: Text) -> str:
        """A SELECT of recsql's own over the project's relations; its errors are `about` a text."""
        return self._statement("whole", Text(template, about.location), Inputs()).sql

    def nursery(self, check: Check, known: Mapping[str, Nursery]) -> Nursery:
        """The breaks of a check's own statement, made anew unless it is known by its key."""
        from recsql.compile.mutants import Nursery  # noqa: PLC0415 - imports sqlglot

        dialect, rendered = check.dialect or CANONICAL, self._render(check.sql)
        key = digest(self._world, self._inputs_of(rendered), rendered.sql, dialect)
        return known.get(key) or Nursery(key, rendered, dialect, check.inputs, self.sources)

    def mutated(self, compiled: CompiledCheck, nursery: Nursery, mutant: Mutant) -> CompiledCheck:
        """A compiled check with a mutant in the place of its own statement."""

        def written(shape: str) -> Statement:
            key = digest(nursery.key, mutant, shape)
            sql = self.kept.get(key)
            if sql is None:
                sql = self._grove().broken(nursery, mutant, shape)
                self.kept.put(key, sql)
            return Statement(self.policy.moment.dated(sql), compiled.check.sql)

        if not compiled.check.counts_rows:
            return replace(compiled, statement=written("whole"))
        failures = written("failures")
        return replace(compiled, statement=failures, rows=written("sample"), rows_count=failures)

    def broken_macros(self) -> tuple[Problem, ...]:
        """What is wrong with macros, whether or not a check calls them."""
        return self._renderings.broken_macros()

    def _first_rows(self, check: Check) -> tuple[Statement, ...]:
        """For each input of a `rows:` check, a count that is 0 when the input is empty."""
        rendered = self._render(check.sql)
        calls = [f"relation('{name}')" for name in rendered.relations]
        calls += [f"ref('{name}')" for name in rendered.models]
        statements = []
        for call in calls:
            template = f"select 1 as one from {{{{ {call} }}}} as input"  # noqa: S608 - own names
            text = Text(template, check.sql.location)
            statements.append(self._statement("inputs", text, check.inputs))
        return tuple(statements)

    def _sample(
        self, check: Check, dialect: str
    ) -> tuple[tuple[str, ...], Statement | None, Statement | None]:
        """The worst rows, their count, and the models of both; none where an input is missing.

        A verdict stands without the rows that would illustrate it.
        """
        if check.rows_sql is None:
            return (), None, None
        try:
            models = self._order([check.rows_sql])
            for name in models:
                self._require(name)
            rows = self._statement("sample", check.rows_sql, check.inputs, dialect)
            total = self._statement("rows", check.rows_sql, check.inputs, dialect)
        except NotComputableError:
            return (), None, None
        return models, rows, total

    def _require(self, name: str) -> None:
        try:
            self.model(name)
        except (NotComputableError, UpstreamError):
            raise
        except RecsqlError as error:
            raise UpstreamError(f"model `{name}` is broken: {error.message}") from error

    def _model(self, name: str) -> Model:
        model = self.catalog.models.get(name)
        if model is None:
            broken = self.catalog.broken.get(name)
            if broken is not None:
                raise UpstreamError(f"model `{name}` is broken: {broken.message}")
            hint = did_you_mean(name, [*self.catalog.models, *RELATIONS])
            if name in RELATIONS:
                hint = f"it is a relation: write relation('{name}'), or `relation: {name}`"
            raise CompileError(f"unknown model `{name}`", hint=hint)
        return model

    def _order(self, texts: Iterable[Text]) -> tuple[str, ...]:
        """The models that some texts need, in building order; mocked ones need nothing."""
        wanted = [name for text in texts for name in self._named(text)]
        return building_order(wanted, self._needs)

    def _named(self, text: Text) -> list[str]:
        """The models that a text names and that are no mocks; from now on `_needs` knows them."""
        names = [name for name in self._render(text).models if name not in self.sources.fixtures]
        for name in names:
            if name not in self._needs:
                self._look_below(name, text)
        return names

    def _look_below(self, name: str, asked_by: Text) -> None:
        try:
            model = self._model(name)
        except CompileError as error:
            raise error.at(mention_of(asked_by, name)) from None
        self._needs[name] = ()  # for a model that leads back here
        try:
            below = [need for text in texts_of(model) for need in self._named(text)]
        except RecsqlError:
            del self._needs[name]  # whoever asks next is told, too
            raise
        self._needs[name] = tuple(dict.fromkeys(below))

    def _require_inputs(self, inputs: Inputs) -> None:
        for name in sorted(inputs.requires):
            if not self.sources.mapped(name):
                raise lacking(name)

    def _compile_model(self, model: Model) -> CompiledModel:
        needs = tuple(need for need in self._order(texts_of(model)) if need != model.name)
        for need in needs:
            self._require(need)
        self._require_inputs(model.inputs)
        table = self.sources.models[model.name]
        if model.fixpoint is not None:
            return replace(self._compile_fixpoint(model, model.fixpoint, table), needs=needs)
        sql = model.sql
        if sql is None:
            raise CompileError(f"model `{model.name}` has no SQL", model.location)
        statement = self._statement("whole", sql, model.inputs)
        return CompiledModel(model.name, table, statement, needs=needs)

    def _compile_fixpoint(self, model: Model, fixpoint: Fixpoint, table: str) -> CompiledModel:
        names = [*fixpoint.start, *(step.table for step in fixpoint.steps)]
        states = {name: f"{table}_{name}" for name in names}

        def compiled(text: Text) -> Statement:
            return self._statement("whole", text, model.inputs, states=states)

        return CompiledModel(
            name=model.name,
            table=table,
            statement=compiled(fixpoint.result),
            start=tuple((states[name], compiled(text)) for name, text in fixpoint.start.items()),
            steps=tuple(
                CompiledStep(
                    states[step.table],
                    compiled(step.sql),
                    None if step.changes is None else compiled(step.changes),
                )
                for step in fixpoint.steps
            ),
            changes=compiled(fixpoint.changes),
            max_rounds=fixpoint.max_rounds,
        )

    def _statement(
        self,
        shape: str,
        text: Text,
        inputs: Inputs,
        dialect: str = CANONICAL,
        states: Mapping[str, str] | None = None,
    ) -> Statement:
        """A template in the target's dialect, in one of `_SHAPES`; compiled if it is not kept."""
        template = self._template(text, inputs, dialect, states or {})
        whole = digest(template.key, shape)
        sql = self.kept.get(whole)
        if sql is None:
            sql = self._written(template, shape)
            self.kept.put(whole, sql)
        return Statement(self.policy.moment.dated(sql), text)

    def _written(self, template: Template, shape: str) -> str:
        """A template compiled anew, unless it is kept what the project lacks for it."""
        key = digest(template.key, "lacks")
        if (name := self.kept.get(key)) is not None:
            raise lacking(name)
        try:
            return self._grove().written(template, shape)
        except NotComputableError as error:
            if error.lacks is not None:
                self.kept.put(key, error.lacks)
            raise

    def _template(
        self, text: Text, inputs: Inputs, dialect: str, states: Mapping[str, str]
    ) -> Template:
        rendered = self._render(text)
        key = digest(
            self._world, self._inputs_of(rendered), rendered.sql, dialect, sorted(inputs.optional),
            states,
        )  # fmt: skip
        return Template(key, rendered, dialect, inputs, states)

    def _origin(self, table: str) -> Template | None:
        """The template of a model's table; None where it is no model's."""
        for name in (name for name, own in self.sources.models.items() if own == table):
            model = self._model(name)
            text = model.sql if model.fixpoint is None else model.fixpoint.result
            if text is not None:
                return self._template(text, model.inputs, CANONICAL, {})
        return None

    def _grove(self) -> Trees:
        if self._trees is None:
            from recsql.compile.trees import Trees  # noqa: PLC0415 - imports sqlglot

            self._trees = Trees(self.sources, self._origin)
        return self._trees

    def _inputs_of(self, rendered: Rendered) -> list[str]:
        """Digests of the relations and models that a statement reads, and of no others."""
        for name in rendered.relations:
            if f"relation {name}" not in self._inputs:
                found = digest_of_relation(name, self.sources)
                self._inputs[f"relation {name}"] = found
        for name in rendered.models:
            if f"model {name}" not in self._inputs:
                own = digest_of_model(name, self.sources)
                self._inputs[f"model {name}"] = digest(own, self._lineage(name))
        names = [f"relation {name}" for name in rendered.relations]
        names += [f"model {name}" for name in rendered.models]
        return [self._inputs[name] for name in names]

    def _lineage(self, name: str) -> list[object]:
        """What a model's columns come from, where statements that read it depend on them."""
        if self.sources.dialect not in NAMES_COLUMNS or name in self.sources.fixtures:
            return []
        rendered = [self._render(text) for text in texts_of(self._model(name))]
        return [(one.sql, self._inputs_of(one)) for one in rendered]

    def _render(self, text: Text) -> Rendered:
        return self._renderings.render(text)

    def _cost(self, own: Inputs, models: Iterable[str]) -> tuple[tuple[str, ...], bool]:
        every = [own, *(self.catalog.models[name].inputs for name in models)]
        return cost_of_missing(every, self.sources)
