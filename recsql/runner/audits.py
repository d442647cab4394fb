"""The verdicts of a run's checks put together: one per audit."""

from __future__ import annotations

from recsql.model import Audit, Catalog, Status
from recsql.results import AuditResult, CheckResult
from recsql.runner.sentences import quote
from recsql.runner.verdicts import worst


def audited(catalog: Catalog, checks: tuple[CheckResult, ...]) -> tuple[AuditResult, ...]:
    """Each audit that was asked, in order."""
    found = []
    for audit in catalog.audits.values():
        own = [check for check in checks if check.audit == audit.name]
        if own:
            found.append(_audit(audit, own, quote(audit.also, checks)))
    return tuple(found)


def _audit(audit: Audit, own: list[CheckResult], also: str) -> AuditResult:
    """The worst of the judged checks, told by the check that is it; `also` adds to the headline.

    Side checks alone make no pass: while the headline is skipped, the audit is not judged.
    """
    status = worst(check.status for check in own)
    headline = next((check for check in own if check.name == audit.checks[0]), own[0])
    if status is Status.PASS and headline.status is Status.SKIP:
        measured = next(check for check in own if check.status is not Status.SKIP)
        sentence = f"Not judged: {headline.sentence}. {measured.sentence}"
        return AuditResult(audit.name, audit.question, Status.UNKNOWN, sentence, headline.next)
    telling = next(check for check in own if check.status is status)
    if status is Status.PASS and headline.status is Status.PASS:
        telling = headline
    sentence = f"{telling.sentence} {also}".strip() if telling is headline else telling.sentence
    return AuditResult(audit.name, audit.question, status, sentence, telling.next)
