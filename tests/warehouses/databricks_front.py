"""An imitation of a Databricks SQL warehouse: its Thrift service over HTTP, in front of DuckDB.

The messages are the connector's own; the service that answers them is this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import count
from typing import Any

import duckdb

from tests.warehouses.imitations import Handler, Refused, Work, serving

_ERRORS = {
    "missing": ("42P01", "[TABLE_OR_VIEW_NOT_FOUND] The table or view `{0}` cannot be found. Verify"
                " the spelling and correctness of the schema and catalog. SQLSTATE: 42P01; line 1"
                " pos 14"),
    "denied": ("42501", "[INSUFFICIENT_PERMISSIONS] Insufficient privileges: User does not have"
               " SELECT on Table `{0}`. SQLSTATE: 42501"),
    "value": ("22018", "[CAST_INVALID_INPUT] The value 'ann' of the type \"STRING\" cannot be"
              " cast to \"INT\" because it is malformed. SQLSTATE: 22018"),
    "other": ("42601", "[PARSE_SYNTAX_ERROR] {0}. SQLSTATE: 42601"),
}  # fmt: skip
_SETTING = re.compile(r"set (time zone|[\w.]+) ?=? ?'?(\w+)'?")


class Databricks:
    """What a warehouse knows: its sessions, how they were begun, and what they were asked."""

    def __init__(self) -> None:
        self.ttypes = import_module("databricks.sql.thrift_api.TCLIService.ttypes")
        self.database = duckdb.connect()
        self.opened: list[Any] = []
        self.statements: list[str] = []
        self.settings: dict[str, str] = {}
        self.agents: list[str] = []
        self.failing: list[str] = []
        self.sessions: dict[bytes, duckdb.DuckDBPyConnection] = {}
        self.works: dict[bytes, Work] = {}
        self.numbers = count(1)

    def OpenSession(self, asked: Any) -> Any:  # noqa: N802 - the service's own names
        self.opened.append(asked)
        name = self._name()
        self.sessions[name] = self.database.cursor()
        t = self.ttypes
        protocol = t.TProtocolVersion.SPARK_CLI_SERVICE_PROTOCOL_V7
        handle = t.TSessionHandle(self._identity(name), protocol)
        return t.TOpenSessionResp(
            status=self._status(), serverProtocolVersion=protocol, sessionHandle=handle,
            initialNamespace=asked.initialNamespace, canUseMultipleCatalogs=True,
        )  # fmt: skip

    def CloseSession(self, _: Any) -> Any:  # noqa: N802
        return self.ttypes.TCloseSessionResp(self._status())

    def ExecuteStatement(self, asked: Any) -> Any:  # noqa: N802
        self.statements.append(asked.statement)
        name, t = self._name(), self.ttypes
        set_ = _SETTING.fullmatch(asked.statement)
        if set_:
            self.settings[set_[1]] = set_[2]
        sql = "select 1 as done" if set_ else asked.statement
        session = self.sessions[asked.sessionHandle.sessionId.guid]
        self.works[name] = Work(session, sql.replace("current_version().dbsql_version", "'2026.1'"))
        handle = t.TOperationHandle(
            self._identity(name), t.TOperationType.EXECUTE_STATEMENT, hasResultSet=True
        )
        return t.TExecuteStatementResp(status=self._status(), operationHandle=handle)

    def GetOperationStatus(self, asked: Any) -> Any:  # noqa: N802
        work, t = self.works[asked.operationHandle.operationId.guid], self.ttypes
        state = t.TOperationState
        if not work.done():
            return t.TGetOperationStatusResp(self._status(), operationState=state.RUNNING_STATE)
        if self.failing:
            return self._failed("HY000", self.failing.pop())
        if work.refused is None:
            return t.TGetOperationStatusResp(self._status(), operationState=state.FINISHED_STATE)
        if work.refused.kind == "cancelled":
            return t.TGetOperationStatusResp(self._status(), operationState=state.CANCELED_STATE)
        return self._failed(*_told(work.refused))

    def _failed(self, sql_state: str, message: str) -> Any:
        state = self.ttypes.TOperationState.ERROR_STATE
        return self.ttypes.TGetOperationStatusResp(
            self._status(), operationState=state, sqlState=sql_state, errorCode=0,
            errorMessage=message, displayMessage=message, diagnosticInfo="",
        )  # fmt: skip

    def GetResultSetMetadata(self, asked: Any) -> Any:  # noqa: N802
        t, work = self.ttypes, self.works[asked.operationHandle.operationId.guid]
        columns = [self._described(*column, n) for n, column in enumerate(work.columns)]
        return t.TGetResultSetMetadataResp(
            status=self._status(), schema=t.TTableSchema(columns), isStagingOperation=False,
            resultFormat=t.TSparkRowSetType.COLUMN_BASED_SET, lz4Compressed=False,
        )  # fmt: skip

    def FetchResults(self, asked: Any) -> Any:  # noqa: N802
        t, work = self.ttypes, self.works[asked.operationHandle.operationId.guid]
        cells = [[row[n] for row in work.rows] for n in range(len(work.columns))]
        kinds = [_kind(kind) for _, kind in work.columns]
        columns = [self._column(kind, values) for kind, values in zip(kinds, cells, strict=True)]
        rows = t.TRowSet(startRowOffset=0, rows=[], columns=columns)
        told = self.GetResultSetMetadata(asked)
        return t.TFetchResultsResp(
            self._status(), hasMoreRows=False, results=rows, resultSetMetadata=told
        )

    def CancelOperation(self, asked: Any) -> Any:  # noqa: N802
        self.works[asked.operationHandle.operationId.guid].stop()
        return self.ttypes.TCancelOperationResp(self._status())

    def CloseOperation(self, _: Any) -> Any:  # noqa: N802
        return self.ttypes.TCloseOperationResp(self._status())

    def _described(self, name: str, kind: str, place: int) -> Any:
        t = self.ttypes
        entry = t.TPrimitiveTypeEntry(getattr(t.TTypeId, _kind(kind)[1]))
        types = t.TTypeDesc([t.TTypeEntry(primitiveEntry=entry)])
        return t.TColumnDesc(columnName=name, typeDesc=types, position=place + 1)

    def _column(self, kind: tuple[str, str], values: list[object]) -> Any:
        t, column = self.ttypes, kind[0]
        nulls = bytearray((len(values) + 7) // 8)
        for place, value in enumerate(values):
            if value is None:
                nulls[place // 8] |= 1 << (place % 8)
        empty = {"stringVal": "", "boolVal": False, "doubleVal": 0.0}.get(column, 0)
        read = str if column == "stringVal" else lambda value: value
        filled = [empty if value is None else read(value) for value in values]
        made = {"stringVal": t.TStringColumn, "boolVal": t.TBoolColumn, "i64Val": t.TI64Column,
                "doubleVal": t.TDoubleColumn}[column]  # fmt: skip
        return t.TColumn(**{column: made(filled, bytes(nulls))})

    def _name(self) -> bytes:
        return next(self.numbers).to_bytes(16, "big")

    def _identity(self, name: bytes) -> Any:
        return self.ttypes.THandleIdentifier(guid=name, secret=b"secret")

    def _status(self) -> Any:
        return self.ttypes.TStatus(self.ttypes.TStatusCode.SUCCESS_STATUS)


@contextmanager
def databricks_front() -> Iterator[tuple[Databricks, str]]:
    """A warehouse of this machine, and its address."""
    warehouse = Databricks()
    service = import_module("databricks.sql.thrift_api.TCLIService.TCLIService")

    class Front(_Front):
        databricks = warehouse
        processor = service.Processor(warehouse)

    with serving(Front) as port:
        yield warehouse, f"http://127.0.0.1:{port}/sql/1.0/warehouses/w"
    warehouse.database.close()


class _Front(Handler):
    databricks: Databricks
    processor: Any

    def do_POST(self) -> None:  # noqa: N802 - the server calls it by its verb
        transport = import_module("thrift.transport.TTransport")
        protocol = import_module("thrift.protocol.TBinaryProtocol").TBinaryProtocol
        asked, answer = transport.TMemoryBuffer(self.body()), transport.TMemoryBuffer()
        self.databricks.agents.append(str(self.headers["User-Agent"]))
        if self.headers.get("Authorization") != "Bearer right":
            self.answer(403, b'{"error_code": 403, "message": "Invalid access token."}')
            return
        self.processor.process(protocol(asked), protocol(answer))
        self.answer(200, answer.getvalue(), "application/x-thrift")


def _kind(kind: str) -> tuple[str, str]:
    """In which column of the protocol a value travels, and what it is called."""
    kinds = {
        "INTEGER": ("i64Val", "BIGINT_TYPE"),
        "BIGINT": ("i64Val", "BIGINT_TYPE"),
        "DOUBLE": ("doubleVal", "DOUBLE_TYPE"),
        "BOOLEAN": ("boolVal", "BOOLEAN_TYPE"),
        "DATE": ("stringVal", "DATE_TYPE"),
        "TIMESTAMP": ("stringVal", "TIMESTAMP_TYPE"),
    }
    return kinds.get(kind, ("stringVal", "STRING_TYPE"))


def _told(refused: Refused) -> tuple[str, str]:
    sql_state, message = _ERRORS[refused.kind]
    return sql_state, message.format(refused.what)
