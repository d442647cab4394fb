"""The snippets of docs/schedulers.md are what their readers take them for."""

from __future__ import annotations

import io
import json
import re
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from types import ModuleType

import pytest
from jsonschema import Draft202012Validator

from recsql.project import document
from recsql.report import as_json
from recsql.scaffold import schema
from tests.pictured import PICTURED

PAGE = (Path(__file__).parents[2] / "docs" / "schedulers.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
Anything = Callable[..., object]
Write = Callable[[Mapping[str, str]], Path]


def snippet(kind: str, word: str) -> str:
    """The one snippet of a kind in which a word stands."""
    (found,) = [text for language, text in SNIPPETS if language == kind and word in text]
    return str(found)


@pytest.fixture
def shop(write: Write) -> Path:
    """A project with a target `prod`, one failing check and one that passes."""
    check = (
        "sql: select {n}.0 as m\nmetrics: {{m: {{error_if: '> 5'}}}}\nsentence: 'Too much {{m}}.'\n"
    )
    return write(
        {
            "profiles.yml": "shop: {target: prod, outputs: {prod: {type: duckdb}}}\n",
            "recsql.yml": "name: shop\nchecks: {own: {tags: [x]}}\n",
            "checks/own.yml": check.format(n=9),
            "checks/fine.yml": check.format(n=1),
        }
    )


def run(
    text: str, modules: Mapping[str, Mapping[str, object]], monkeypatch: pytest.MonkeyPatch
) -> dict[str, object]:
    """Execute a snippet where other programs' modules are stand-ins."""
    for name, values in modules.items():
        module = ModuleType(name)
        vars(module).update(values)
        monkeypatch.setitem(sys.modules, name, module)
    names: dict[str, object] = {}
    exec(compile(text, "docs/schedulers.md", "exec"), names)  # noqa: S102 - our own page
    return names


def plain(**_: object) -> Callable[[Anything], Anything]:
    return lambda function: function


class AirflowError(Exception):
    """Stands for AirflowException, which is retried."""


class AirflowFailError(Exception):
    """Stands for AirflowFailException, which is not."""


AIRFLOW: Mapping[str, Mapping[str, object]] = {
    "airflow": {},
    "airflow.decorators": {"dag": plain, "task": plain},
    "airflow.exceptions": {
        "AirflowException": AirflowError,
        "AirflowFailException": AirflowFailError,
    },
}


def test_airflow_does_not_retry_what_the_data_decided(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = snippet("python", "airflow").replace("/opt/audits/shop", str(shop))
    (shop / "checks" / "fine.yml").unlink()
    only = text.replace('target="prod"', 'target="prod", select="own"')
    with pytest.raises(AirflowFailError, match="Too much 9"):
        run(only, AIRFLOW, monkeypatch)


def test_airflow_retries_what_could_not_be_evaluated(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = snippet("python", "airflow").replace("/opt/audits/shop", str(shop))
    broken = "sql: select m from gone\nmetrics: {m: {error_if: '> 5'}}\n"
    (shop / "checks" / "own.yml").write_text(broken, encoding="utf-8")
    only = text.replace('target="prod"', 'target="prod", select="own"')
    with pytest.raises(AirflowError, match="trying again"):
        run(only, AIRFLOW, monkeypatch)


@dataclass(frozen=True)
class Said:
    """Stands for an AssetCheckResult."""

    check_name: str
    asset_key: str
    passed: bool
    severity: str
    description: str
    metadata: Mapping[str, float]


def test_dagster_gets_one_result_for_each_check(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    severity = type("Severity", (), {"ERROR": "error", "WARN": "warn"})
    dagster: Mapping[str, object] = {
        "multi_asset_check": plain,
        "AssetCheckSpec": lambda name, asset: (name, asset),
        "AssetCheckResult": Said,
        "AssetCheckSeverity": severity,
        "Definitions": lambda asset_checks: asset_checks,
    }
    text = snippet("python", "dagster").replace("/opt/audits/shop", str(shop))
    text = re.sub(r"CHECKS = .*", 'CHECKS = ("own", "fine", "signal_age")', text)
    audit = run(text, {"dagster": dagster}, monkeypatch)["recommender_audit"]
    assert callable(audit)
    said: Iterator[Said] = audit()
    assert {s.check_name: (s.passed, s.severity, s.metadata) for s in said} == {
        "own": (False, "error", {"m": 9.0}),
        "fine": (True, "warn", {"m": 1.0}),
        "signal_age": (False, "warn", {}),  # skipped: nothing is mapped
    }


def test_every_other_snippet_is_yaml_or_shell() -> None:
    assert {kind for kind, _ in SNIPPETS} == {"python", "yaml", "sh"}
    for kind, text in SNIPPETS:
        if kind == "yaml":
            document.parse(text, "docs/schedulers.md")


def test_the_workflow_calls_commands_and_flags_that_there_are() -> None:
    text = snippet("yaml", "runs-on")
    steps = document.parse(text, "audits.yml").plain()
    assert isinstance(steps, dict)
    commands = [step["run"] for step in steps["jobs"]["audits"]["steps"] if "run" in step]
    assert any(command.startswith("recsql test") for command in commands)
    (audits,) = [command for command in commands if command.startswith("recsql run")]
    told = (Path(__file__).parents[2] / "recsql" / "cli" / "options.py").read_text(encoding="utf-8")
    assert all(f'"{flag}"' in told for flag in re.findall(r"--[a-z-]+", audits))


def test_the_check_beside_dbt_is_a_check() -> None:
    plain_ = document.parse(snippet("yaml", "dbt_built_today"), "x.yml").plain()
    assert list(Draft202012Validator(schema.schema("check")).iter_errors(plain_)) == []


def alerted(
    word: str, modules: Mapping[str, Mapping[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Run an alert as --on-fail would, for a made-up run with a name that wants more."""
    failing = replace(PICTURED.checks[0], name="<!channel> & co")
    result = replace(PICTURED, checks=(failing, *PICTURED.checks[1:]))
    monkeypatch.setattr(sys, "stdin", io.StringIO(as_json.write(result)))
    monkeypatch.setenv("RECSQL_VERDICT", "5 of 9 checks fail")
    run(snippet("python", word), modules, monkeypatch)


def test_slack_is_told_the_verdict_and_no_markup(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, object]] = []

    def request(url: str, data: bytes, headers: Mapping[str, str]) -> None:
        sent.append({"url": url, **json.loads(data), **headers})

    def urlopen(_: object, timeout: float) -> None:
        sent.append({"timeout": timeout})

    monkeypatch.setenv("SLACK_WEBHOOK_URL", "https://slack.test/x")
    monkeypatch.setattr(urllib.request, "Request", request)
    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    alerted("SLACK", {}, monkeypatch)
    message = sent[0]
    assert (message["url"], message["Content-Type"]) == ("https://slack.test/x", "application/json")
    text = str(message["text"])
    assert text.startswith("5 of 9 checks fail\n&lt;!channel&gt; &amp; co: Signals are old.\n")
    assert "<" not in text


def test_a_mail_has_the_answers_and_the_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sent: list[EmailMessage] = []

    class Server:
        def __init__(self, host: str) -> None:
            assert host == "mail.test"

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def send_message(self, message: EmailMessage) -> None:
            sent.append(message)

    for name, value in {"FROM": "a@b.test", "TO": "c@d.test", "HOST": "mail.test"}.items():
        monkeypatch.setenv(f"MAIL_{name}", value)
    (tmp_path / "report.html").write_text("<!doctype html>", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["mail.py", str(tmp_path / "report.html"), "gone.html"])
    alerted("MAIL", {"smtplib": {"SMTP": Server}}, monkeypatch)
    body, report = sent[0].iter_parts()
    assert (sent[0]["Subject"], sent[0]["To"]) == ("shop: 5 of 9 checks fail", "c@d.test")
    assert "Half of the signals were older than 4.4 d." in body.get_content()
    assert report.get_filename() == "report.html"
