"""Fuzz an entry point with atheris: `python benchmarks/fuzz.py guard FOLDER [-cpu_minutes=10]`.

`pip install atheris` first; it is no dependency. The corpus is kept in the folder that is named,
and begins with the tables of `tests/guard`; other flags are atheris' own. With `keep` for an entry
some of its finds are written to `tests/fuzzed.json`, which a test reads. Anything but a
`RecsqlError` is a finding, told once for its line; so is a statement that the guard lets through
and that is not let through again as it is sent.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import yaml

from recsql.compile import dialects
from recsql.errors import Location, RecsqlError
from recsql.model import Text
from recsql.project import document, thresholds

_PLACE = Location("fuzz", 1)
_TABLES = Path(__file__).parents[1] / "tests" / "guard"
FUZZED = Path(__file__).parents[1] / "tests" / "fuzzed.json"
_KEPT = 60


_COLUMNS = (
    "coalesce(a, b) || '-' || c", "case when a = 'x' then 'view' else 'cart' end", "a::timestamp",
    "json_extract_path_text(a, 'b.c')", "properties:user.id::string", "timestamp_seconds(a)",
    "to_timestamp(a / 1000)", "row_number() over (partition by a order by b)", "a.b['c'][0]",
    "date_trunc('day', a)", "interval '1' day + a", "extract(epoch from a)", "a in (1, 2)",
    "`a`.`b`", '"a"."b"', "safe_cast(a as int64)", "(select max(b) from c)", "$1", "a is not null",
)  # fmt: skip


def guard(text: str) -> None:
    """What passes the guard is one SELECT in the text that is sent, too."""
    tree = dialects.parse(text, Text(text, _PLACE))
    written = dialects.generate(tree, dialects.CANONICAL)
    dialects.parse(written, Text(written, _PLACE))


def mapping(text: str) -> None:
    """What passes is one expression, and can be written again."""
    for dialect in ("snowflake", "bigquery", "duckdb"):
        with suppress(RecsqlError):
            tree = dialects.parse_expression(Text(text, _PLACE), dialect)
            dialects.generate(tree, dialect)


def threshold(text: str) -> None:
    """A limit, with its metric or without, or an error at its place."""
    if text[:1].isalpha():
        thresholds.parse_with_subject(text, _PLACE)
    else:
        thresholds.parse(text, _PLACE)


def project_file(text: str) -> None:
    """YAML with places, or an error at its place."""
    document.parse(text, "fuzz.yml")


ENTRIES: dict[str, Callable[[str], None]] = {
    "guard": guard,
    "mapping": mapping,
    "threshold": threshold,
    "yaml": project_file,
}


def attempt(entry: str, text: str) -> bool:
    """Whether an entry point takes a text; raises what it should not raise."""
    try:
        ENTRIES[entry](text)
    except RecsqlError:
        return False
    return True


def seeds(entry: str) -> list[str]:
    """What a corpus begins with."""
    if entry == "threshold":
        limits = ["> 5", "<= 5%", ">= 6h", "> var:grace", "= median_signal_age", "!= 0", "> 1e-6"]
        return [*limits, *(f"median_signal_age {limit}" for limit in limits)]
    if entry == "mapping":
        return list(_COLUMNS)
    tables = [yaml.safe_load(path.read_text()) for path in sorted(_TABLES.glob("*.yml"))]
    if entry == "yaml":
        return [path.read_text()[:2000] for path in sorted(_TABLES.glob("*.yml"))]
    attacks, ordinary = tables
    return [sql for found in attacks.values() for each in found.values() for sql in each] + [
        sql for each in ordinary.values() for sql in each
    ]


def words(texts: Iterable[str]) -> list[str]:
    """What the texts are made of, for a fuzzer's dictionary."""
    found = Counter(word for text in texts for word in re.findall(r"\w+|[^\w\s]+", text))
    return [word for word, _ in found.most_common(400) if word.isascii() and len(word) < 40]


def keep(folder: Path) -> None:
    """Write texts of all lengths that a corpus found, beyond its seeds, where tests read them."""
    found = {}
    for entry in ENTRIES:
        seeded = {hashlib.sha256(text.encode()).hexdigest()[:16] for text in seeds(entry)}
        paths = [path for path in (folder / entry).glob("*") if path.name not in seeded]
        texts = {path.read_bytes().decode("utf-8", "replace") for path in paths}
        ranked = sorted(texts, key=lambda text: (len(text), text))
        found[entry] = ranked[:: len(ranked) // _KEPT + 1]
    FUZZED.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Keep; or fuzz until the CPU time is spent, or as atheris' own flags say."""
    entry, folder, *flags = [*sys.argv[1:], "fuzz-corpus"][:2] + sys.argv[3:]
    if entry == "keep":
        keep(Path(folder))
        return
    limits = [float(flag.removeprefix("-cpu_minutes=")) for flag in flags if "-cpu_min" in flag]
    flags = [flag for flag in flags if "-cpu_min" not in flag]
    corpus = Path(folder) / entry
    corpus.mkdir(parents=True, exist_ok=True)
    for text in seeds(entry):
        (corpus / hashlib.sha256(text.encode()).hexdigest()[:16]).write_text(text)
    known = Path(folder) / f"{entry}.dict"
    quoted = (word.replace("\\", "\\\\").replace('"', '\\"') for word in words(seeds(entry)))
    known.write_text("".join(f'"{word}"\n' for word in quoted))
    fuzz(entry, [str(corpus), f"-dict={known}", *flags], 60 * min(limits, default=math.inf))


def fuzz(entry: str, flags: list[str], limit_s: float) -> None:
    """Fuzz a copy of this module, under which recsql and what it parses with are instrumented."""
    import atheris  # type: ignore[import-not-found] # noqa: PLC0415 - no dependency

    for name in [name for name in sys.modules if name.partition(".")[0] == "recsql"]:
        del sys.modules[name]
    with atheris.instrument_imports(include=["recsql"]):  # all of sqlglot takes minutes
        copied = spec_from_file_location("fuzzed", __file__)
        if copied is None or copied.loader is None:
            raise ImportError(__file__)
        module = module_from_spec(copied)
        copied.loader.exec_module(module)
    runs, found = 0, set[str]()

    def one(data: bytes) -> None:
        nonlocal runs
        runs += 1
        text = data.decode("utf-8", "replace")
        try:
            module.attempt(entry, text)
        except Exception as error:  # noqa: BLE001 - each is a finding, told once for its line
            line = traceback.format_exc().splitlines()[-3]
            if line not in found:
                found.add(line)
                print(f"finding: {error!r}{line} {text!r}", flush=True)
        if time.process_time() > limit_s:
            minutes = time.process_time() / 60
            print(f"{entry}: {runs} texts in {minutes:.1f} CPU minutes, {len(found)} findings")
            sys.stdout.flush()
            os._exit(min(len(found), 1))

    atheris.Setup([sys.argv[0], *flags], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
