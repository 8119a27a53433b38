"""A mail server on loopback: a device at the door. It keeps what it takes, and refuses while it is told to."""

import socketserver
import threading
from dataclasses import dataclass, field
from types import TracebackType


@dataclass
class MailServer:
    """Speaks as much SMTP as a sender needs; `taken` holds the mails."""

    taken: list[str] = field(default_factory=list)
    refusing: bool = False

    def __enter__(self) -> "MailServer":
        mails = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self._say("220 loopback")
                while line := self.rfile.readline():
                    word = line[:4].upper()
                    if word == b"QUIT":
                        return self._say("221 bye")
                    if word == b"DATA":
                        self._take()
                    elif word == b"MAIL" and mails.refusing:
                        self._say("451 not now")
                    else:
                        self._say("250 ok")
                return None

            def _take(self) -> None:
                self._say("354 go on")
                lines = list(iter(self.rfile.readline, b".\r\n"))
                mails.taken.append(b"".join(lines).decode())
                self._say("250 taken")

            def _say(self, answer: str) -> None:
                self.wfile.write(answer.encode() + b"\r\n")

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation)
        self._server.daemon_threads = True
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="mail server")
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
