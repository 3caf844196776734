"""A receiving system (PACS or RIS): an MLLP server that answers as it is told to, and remembers everything."""

import socket
import threading
import time
from dataclasses import dataclass, field

import hl7

START, END = b"\x0b", b"\x1c\r"

# What a receiver may do with a message. The first five are acknowledgement codes (HL7 table 0008).
ACCEPT, ERROR, REJECT = "AA", "AE", "AR"
COMMIT_ERROR, COMMIT_REJECT = "CE", "CR"
COMMIT_THEN_ACCEPT = "CA, then AA"
SILENCE = "silence"
WRONG_ID = "AA for another message"
GARBAGE = "bytes that are no HL7"
HALF_FRAME = "half an acknowledgement, then the connection closes"
CLOSE = "the connection closes"
RESPONSE_TYPE = "AA as the message's own response type"
BYTE_BY_BYTE = "AA, one byte at a time"


@dataclass
class Late:
    """AA after a while."""

    seconds: float


@dataclass
class Delivery:
    """One message as it came, each time it came."""

    at: float
    text: str
    answer: object
    connection: int
    parsed: hl7.Message = field(repr=False, default=None)

    @property
    def control_id(self):
        return self.parsed.segment("MSH")[10][0]

    @property
    def type(self):
        return str(self.parsed.segment("MSH")[9])

    def field(self, segment, number, repetition=0):
        """A field of the first such segment as text, or '' where it is not there: `field('IPC', 3)`."""
        try:
            return str(self.parsed.segment(segment)[number][repetition])
        except (KeyError, IndexError):
            return ""

    def rows(self, segment):
        try:
            return list(self.parsed.segments(segment))
        except KeyError:
            return []

    def observation(self, identifier):
        """OBX-5 of the row whose OBX-3.1 is `identifier`, as text; None where there is none."""
        for row in self.rows("OBX"):
            if str(row[3]).split("^")[0] == identifier:
                return str(row[5])
        return None

    def is_of(self, study_instance_uid):
        parts = self.text.replace("\r", "|").replace("^", "|").split("|")
        return study_instance_uid in parts

    @property
    def was_accepted(self):
        return self.answer in (ACCEPT, COMMIT_THEN_ACCEPT, RESPONSE_TYPE, BYTE_BY_BYTE) or (isinstance(self.answer, Late))


def acknowledgement(message, code, *, control_id=None, type="ACK"):
    msh = message.segment("MSH")
    return (
        f"MSH|^~\\&|{msh[5]}|{msh[6]}|{msh[3]}|{msh[4]}|20260105081500||{type}|R{time.time_ns() % 10**12}|P|2.5.1\r"
        f"MSA|{code}|{control_id or msh[10]}\r"
    ).encode()


class Receiver:
    """Listens on a loopback port, which stays the same over `close` and `open`.

        with Receiver() as pacs:
            pacs.answer = lambda delivery, earlier: ERROR if earlier == 0 else ACCEPT

    `answer` gets each delivery and how often its control ID had come before, and says what to do with it.
    """

    def __init__(self, port=0, answer=None):
        self.port = port
        self.answer = answer or (lambda delivery, earlier: ACCEPT)
        self.deliveries = []
        self.errors = []
        self._lock = threading.Lock()
        self._listener = None
        self._connections = {}
        self._count = 0

    def __enter__(self):
        return self.open()

    def __exit__(self, *_):
        self.close()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def open(self):
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()
        return self

    def close(self):
        if self._listener is not None:
            try:
                self._listener.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            self._listener.close()
            self._listener = None
        with self._lock:
            connections, self._connections = self._connections, {}
        for connection in connections.values():
            _drop(connection)

    def received(self, study_instance_uid=None):
        """The deliveries so far, in the order of their arrival."""
        with self._lock:
            return [d for d in self.deliveries if study_instance_uid is None or d.is_of(study_instance_uid)]

    def accepted(self, study_instance_uid=None):
        return [d for d in self.received(study_instance_uid) if d.was_accepted]

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._count += 1
                number = self._count
                self._connections[number] = connection
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

    def _serve(self, connection, number):
        buffer = b""
        try:
            while True:
                more = connection.recv(65536)
                if not more:
                    break
                buffer += more
                while END in buffer:
                    frame, buffer = buffer.split(END, 1)
                    if not frame.startswith(START):
                        self.errors.append(f"a frame without its start byte: {frame[:40]!r}")
                        return
                    if not self._take(frame[1:], connection, number):
                        return
        except OSError:
            pass
        finally:
            with self._lock:
                self._connections.pop(number, None)
            _drop(connection)

    def _take(self, content, connection, number):
        """Remembers and answers one message; False closes the connection."""
        try:
            text = content.decode("utf-8")
            parsed = hl7.parse(text)
            delivery = Delivery(time.time(), text, None, number, parsed)
            with self._lock:
                earlier = sum(d.control_id == delivery.control_id for d in self.deliveries)
            delivery.answer = self.answer(delivery, earlier)
        except Exception as error:  # the test looks at `errors`
            self.errors.append(f"{error!r} in {content[:200]!r}")
            return False
        with self._lock:
            self.deliveries.append(delivery)
        return self._reply(parsed, delivery.answer, connection)

    def _reply(self, message, answer, connection):
        def reply(content):
            connection.sendall(START + content + END)

        match answer:
            case Late(seconds=seconds):
                time.sleep(seconds)
                reply(acknowledgement(message, "AA"))
            case "AA" | "AE" | "AR" | "CE" | "CR":
                reply(acknowledgement(message, answer))
            case _ if answer == COMMIT_THEN_ACCEPT:
                reply(acknowledgement(message, "CA"))
                reply(acknowledgement(message, "AA"))
            case _ if answer == RESPONSE_TYPE:
                own = {"OMI": "ORI^O24^ORI_O24", "ORM": "ORR^O02^ORR_O02"}[str(message.segment("MSH")[9][0][0])]
                reply(acknowledgement(message, "AA", type=own))
            case _ if answer == BYTE_BY_BYTE:
                for byte in START + acknowledgement(message, "AA") + END:
                    connection.sendall(bytes([byte]))
                    time.sleep(0.002)
            case _ if answer == SILENCE:
                pass
            case _ if answer == WRONG_ID:
                reply(acknowledgement(message, "AA", control_id="NOT-THIS-ONE"))
            case _ if answer == GARBAGE:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" + bytes(range(256)))
            case _ if answer == HALF_FRAME:
                connection.sendall((START + acknowledgement(message, "AA"))[:30])
                return False
            case _ if answer == CLOSE:
                return False
            case _:
                raise ValueError(f"no such answer: {answer}")
        return True


def _drop(connection):
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()
