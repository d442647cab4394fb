"""A new project: where its tables are, what they may mean, and the files that say so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from recsql.errors import RecsqlError
from recsql.model import Catalog, Project, Target
from recsql.project import locate, profiles
from recsql.project.load import Loaded, Wanted, choose_target
from recsql.scaffold import found, known, schema, writing
from recsql.scaffold.costs import Costs
from recsql.scaffold.match import Match
from recsql.scaffold.proposing import Proposal, proposed
from recsql.warehouses import connect

_TEMPLATE = Path(__file__).with_name("template")
_IGNORED = "target/"


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asked `init` for; at most one of `duckdb`, `manifest` and `warehouse`."""

    folder: Path
    name: str | None = None
    duckdb: Path | None = None
    manifest: Path | None = None
    warehouse: bool = False
    schemas: tuple[str, ...] = ()
    wanted: Wanted = field(default_factory=Wanted)
    salt: str = ""
    """What the project's identifiers are to be hashed with; its name, where it is empty."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is around a new project: the environment, and the home folder with `.dbt` in it."""

    environment: Mapping[str, str]
    home: Path


@dataclass(frozen=True, slots=True)
class Started:
    """The files of a new project, and what there is to say about them."""

    files: Mapping[Path, str]
    origin: str
    proposal: Proposal
    reach: tuple[str, ...]
    target: str | None = None
    """The target to name in commands, where it is not the profile's own."""


@dataclass(frozen=True, slots=True)
class _Source:
    """Where tables were found, and what they may mean."""

    origin: str
    proposal: Proposal
    profile: str | None
    target: str | None = None


def started(wish: Wish, around: Surroundings, costs: Costs) -> Started:
    """The files of a new project; nothing is written, and no file of somebody else is replaced.

    Raises `RecsqlError` where one stands already, or where the tables cannot be read.
    """
    _refuse(wish)
    names = known.read()
    name = wish.name or wish.folder.resolve().name
    source = _source(wish, name, names, around)
    profile, own_profile = _profile(wish, name, source, around)
    notes = [*source.proposal.notes, *(f"Left out: {text}." for text in source.proposal.dropped)]
    if (
        wish.manifest is not None
        and profile not in profiles.read(_profile_files(wish, around)).entries
    ):
        notes.append(
            f"Profile {profile} is in no profiles.yml that was found: give --profiles-dir."
        )
    draft = writing.Draft(name, profile, source.origin, tuple(notes), wish.salt)
    matches = source.proposal.matches
    files = {wish.folder / "recsql.yml": writing.written(draft, matches, names, costs)}
    if own_profile is not None:
        files[wish.folder / "profiles.yml"] = own_profile
    files |= dict(_others(wish.folder))
    reach = tuple(writing.lacking(costs, matches))
    return Started(files, source.origin, source.proposal, reach, source.target)


def _refuse(wish: Wish) -> None:
    if wish.folder.exists() and not wish.folder.is_dir():
        raise RecsqlError(f"`{wish.folder}` is a file", hint="give a folder: recsql init DIR")
    new = ["recsql.yml", *(path.relative_to(_TEMPLATE).as_posix() for path in _templates())]
    new += ["profiles.yml"] if wish.duckdb is not None else []
    for name in new:
        path = wish.folder / name
        if path.exists():
            hint = "give another folder: recsql init DIR; or move the file away"
            raise RecsqlError(f"`{path}` is already there, and stays as it is", hint=hint)


def _templates() -> Iterator[Path]:
    yield from sorted(_TEMPLATE.rglob("*.yml"))


def _source(wish: Wish, name: str, names: known.Known, around: Surroundings) -> _Source:
    if wish.manifest is not None:
        manifest = found.from_dbt(wish.manifest)
        tables = manifest.tables
        origin = f"{_counted(len(tables))} of {wish.manifest}"
        if manifest.without_columns:
            origin += (
                f" ({manifest.without_columns} others have no columns there: dbt docs generate)"
            )
        proposal = proposed(tables, names, manifest.adapter, None, wish.folder)
        return _Source(origin, proposal, manifest.profile)
    if wish.duckdb is not None:
        settings = {"type": "duckdb", "path": str(wish.duckdb.resolve())}
        return _asked(wish, Target("local", "duckdb", settings), names, name)
    if wish.warehouse:
        profile = wish.wanted.profile or _only_profile(wish, around) or name
        project = Project(wish.folder.resolve(), name, profile)
        loaded = Loaded(project, Catalog(), profile_named=True)
        target = choose_target(loaded, wish.wanted, around.environment, around.home)
        return _asked(wish, target, names, profile)
    return _Source("nothing", Proposal({}), None)


def _asked(wish: Wish, target: Target, names: known.Known, profile: str) -> _Source:
    with closing(connect(target, wish.folder.resolve())) as warehouse:
        tables = found.from_warehouse(warehouse, wish.schemas)
        if not tables:
            hint = "name schemas that there are with --schema" if wish.schemas else None
            raise RecsqlError(f"no table is to be seen in target `{target.name}`", hint=hint)
        proposal = proposed(tables, names, warehouse.dialect, warehouse, wish.folder.resolve())
        origin = f"{_counted(len(tables))} of {warehouse.version()}, target {target.name}"
    return _Source(origin, proposal, profile, wish.wanted.target)


def _counted(tables: int) -> str:
    return "1 table" if tables == 1 else f"{tables:,} tables"


def _only_profile(wish: Wish, around: Surroundings) -> str | None:
    """The one profile that the files know, if there is only one."""
    entries = profiles.read(_profile_files(wish, around)).entries
    return next(iter(entries)) if len(entries) == 1 else None


def _profile_files(wish: Wish, around: Surroundings) -> tuple[Path, ...]:
    wanted = wish.wanted.profiles_dir
    return locate.profile_files(wish.folder, wanted, around.environment, around.home)


def _profile(
    wish: Wish, name: str, source: _Source, around: Surroundings
) -> tuple[str, str | None]:
    """The profile that the project names, and the text of a `profiles.yml` if it needs one."""
    if wish.duckdb is not None:
        return name, _profile_text(name, _near(wish.duckdb, wish.folder))
    profile = wish.wanted.profile or source.profile or _only_profile(wish, around) or name
    files = _profile_files(wish, around)
    written = (wish.folder / "profiles.yml").exists()
    if wish.manifest is not None or written or profile in profiles.read(files).entries:
        return profile, None
    return profile, _profile_text(profile, ":memory:")


def _near(path: Path, folder: Path) -> str:
    """A path relative to the project where it lies below it, else as a whole."""
    whole, root = path.resolve(), folder.resolve()
    return whole.relative_to(root).as_posix() if whole.is_relative_to(root) else whole.as_posix()


def _profile_text(profile: str, path: str) -> str:
    return "\n".join(
        [
            "# yaml-language-server: $schema=.recsql/schema/profiles.json",
            "# Where the SQL runs, in dbt's shape; a dbt profiles.yml works as it is.",
            f"{writing.scalar(profile)}:",
            "  target: local",
            "  outputs:",
            "    local:",
            "      type: duckdb",
            "      # a file, relative to the project and opened read-only; or :memory: for tables",
            "      # that are files: `from: read_parquet('events/*.parquet')`",
            f"      path: {writing.scalar(path)}",
            "    # prod:",
            "    #   type: postgres",
            "    #   host: \"{{ env_var('PGHOST', 'localhost') }}\"",
            "    #   port: 5432",
            "    #   user: \"{{ env_var('PGUSER') }}\"",
            "    #   password: \"{{ env_var('PGPASSWORD') }}\"",
            "    #   dbname: analytics",
            "    #   schema: public",
            "",
        ]
    )


def _others(folder: Path) -> Iterator[tuple[Path, str]]:
    """The first check and its cases, the schemas for editors, and what git should not see."""
    for path in _templates():
        yield folder / path.relative_to(_TEMPLATE), path.read_text(encoding="utf-8")
    for kind in schema.KINDS:
        yield folder / ".recsql" / "schema" / f"{kind}.json", schema.text(kind)
    ignore = folder / ".gitignore"
    text = ignore.read_text(encoding="utf-8") if ignore.is_file() else ""
    if _IGNORED not in (line.strip() for line in text.splitlines()):
        ending = "" if not text or text.endswith("\n") else "\n"
        yield ignore, f"{text}{ending}{_IGNORED}\n"


def shown(matches: Mapping[str, Match]) -> list[str]:
    """The proposed relations as lines of a table."""
    rows = writing.table(matches)
    sizes = [max((len(row[i]) for row in rows), default=0) for i in range(3)]
    return [
        "  ".join(cell.ljust(size) for cell, size in zip(row, (*sizes, 0), strict=True)).rstrip()
        for row in rows
    ]
