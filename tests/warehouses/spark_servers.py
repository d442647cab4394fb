"""Spark beyond this process: a standalone cluster, and a Spark Connect server, on loopback.

Both are started from what Python's package brings; each says in its log when it is ready.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import pytest

_IMPATIENT_S = 240.0
_WORKERS = 2
_MASTER = "org.apache.spark.deploy.master.Master"
_WORKER = "org.apache.spark.deploy.worker.Worker"
_CONNECT = "org.apache.spark.sql.connect.service.SparkConnectServer"
_ADDRESS = ("-h", "127.0.0.1", "-p", "0", "--webui-port", "0")
_ONE_CORE = ("-c", "1", "-m", "1g")


@dataclass(frozen=True)
class _Server:
    process: subprocess.Popen[bytes]
    log: Path

    def told(self, pattern: str) -> str:
        """What the server says of itself, as soon as it has said it."""
        deadline = time.monotonic() + _IMPATIENT_S
        while (found := re.search(pattern, self._said())) is None:
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"this server did not start:\n{self._said()}")
            time.sleep(0.1)
        return found[1]

    def _said(self) -> str:
        return self.log.read_text(errors="replace")


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """A master and two workers of one core each; the master's address."""
    with ExitStack() as running:
        start = _started(folder / "master", "spark-class", _MASTER, *_ADDRESS)
        served = running.enter_context(start)
        master = served.told(r"Starting Spark master at (spark://127\.0\.0\.1:\d+)")
        for number in range(_WORKERS):
            work = folder / f"worker{number}"
            command = ("spark-class", _WORKER, *_ADDRESS, *_ONE_CORE, "-d", str(work), master)
            worker = running.enter_context(_started(work, *command))
            worker.told(r"(Successfully registered with master)")
        yield master


@contextmanager
def connect_server(folder: Path) -> Iterator[int]:
    """A Spark Connect server of one core; its port."""
    options = {
        "spark.connect.grpc.binding.address": "127.0.0.1",
        "spark.connect.grpc.binding.port": "0",
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.sql.shuffle.partitions": "1",
        "spark.log.level": "INFO",
    }
    pairs = [part for key, value in options.items() for part in ("--conf", f"{key}={value}")]
    command = ("spark-submit", "--master", "local[1]", "--class", _CONNECT, *pairs)
    with _started(folder / "server", *command, "spark-internal") as server:
        yield int(server.told(r"Spark Connect server started at: \S*:(\d+)"))


@contextmanager
def _started(folder: Path, program: str, *arguments: str) -> Iterator[_Server]:
    """A program of Spark's package, which runs until this is left."""
    spec = find_spec("pyspark")
    assert spec is not None
    assert spec.origin is not None
    home = Path(spec.origin).parent
    folder.mkdir()
    log = folder / "log"
    own = {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "512m"}
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - ours
            [str(home / "bin" / program), *arguments],
            stdout=sink,
            stderr=sink,
            cwd=folder,
            env={**os.environ, **own},
        )
    try:
        yield _Server(process, log)
    finally:
        process.terminate()
        process.wait(_IMPATIENT_S)
