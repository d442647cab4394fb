"""PostgreSQL where Redshift's driver looks for a Redshift: on a port, and with fewer questions.

Redshift speaks PostgreSQL's protocol and asks for a few parameters more at the start; what stands
between the two here takes those away, calls `query_group`, which PostgreSQL has not, by a name that
anybody may set, and passes on everything else as it is.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

_KNOWN = {b"user", b"database", b"application_name"}
_GROUP, _SET = b"set query_group to", b"set rs.qrygroup to"  # of one length


@contextmanager
def redshift_front(path: str) -> Iterator[int]:
    """A port of this machine, behind which is the PostgreSQL of a socket."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=_serve, args=(listening, path), daemon=True)
        thread.start()
        yield int(listening.getsockname()[1])
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listening: socket.socket, path: str) -> None:
    with suppress(OSError):  # how it is told that no more comes
        while True:
            client, _ = listening.accept()
            Thread(target=_join, args=(client, path), daemon=True).start()


def _join(client: socket.socket, path: str) -> None:
    with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
        server.connect(path)
        server.sendall(_fewer(client))
        back = Thread(target=_pass_on, args=(server, client), daemon=True)
        back.start()
        _pass_on(client, server)
        back.join()


def _fewer(client: socket.socket) -> bytes:
    """The first message, without the parameters that PostgreSQL does not know."""
    (length,) = struct.unpack("!i", _exactly(client, 4))
    body = _exactly(client, length - 4)
    words = body[4:].rstrip(b"\0").split(b"\0")
    pairs = zip(words[::2], words[1::2], strict=True)
    kept = b"".join(name + b"\0" + value + b"\0" for name, value in pairs if name in _KNOWN)
    rest = body[:4] + kept + b"\0"
    return struct.pack("!i", len(rest) + 4) + rest


def _exactly(sock: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        more = sock.recv(length - len(data))
        if not more:
            raise ConnectionResetError
        data += more
    return data


def _pass_on(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data.replace(_GROUP, _SET))
    with suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
