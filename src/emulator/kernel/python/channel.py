# The wire to the emulator: requests on fd 0, messages on the first fd 2, and all that the user's code prints on fd 1.
import io
import json
import os
import signal
import sys
import threading


class HostFault(Exception):
    """The emulator refused a call. kind is sql, unsupported, value, file, notebook, widget or cancelled."""

    def __init__(self, kind, message, error_class=None, sql_state=None):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.error_class = error_class
        self.sql_state = sql_state


class WholeWriter(io.RawIOBase):
    """A descriptor without a buffer, so that nothing is lost when the process dies, and writes are never cut short."""

    def __init__(self, descriptor):
        super().__init__()
        self.descriptor = descriptor

    def fileno(self):
        return self.descriptor

    def writable(self):
        return True

    def write(self, data):
        view = memoryview(data).cast("B")
        size = len(view)
        while view:
            view = view[os.write(self.descriptor, view):]
        return size


def open_null():
    null = os.open(os.devnull, os.O_RDONLY)
    if null != 0:
        os.dup2(null, 0)
        os.close(null)


def is_closed(descriptor):
    try:
        os.fstat(descriptor)
        return False
    except OSError:
        return True


def read_nothing():
    return open(0, "r", encoding="utf-8", closefd=False)


def write_text():
    return io.TextIOWrapper(WholeWriter(1), encoding="utf-8", newline="\n", write_through=True)


def write_errors():
    return io.TextIOWrapper(WholeWriter(2), encoding="utf-8", errors="backslashreplace", newline="\n", write_through=True)


class Channel:
    """Text and messages travel in two pipes; a mark in the text, numbered in the message, keeps their order."""

    def __init__(self, source, token):
        self.source = source
        self.token = token.encode("ascii")
        self.messages = os.dup(2)
        self.text = os.dup(1)
        os.dup2(1, 2)
        open_null()
        sys.stdin, sys.stdout, sys.stderr = read_nothing(), write_text(), write_errors()
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
        self.pid = os.getpid()
        self.lock = threading.RLock()
        self.marks = 0
        self.calls = 0
        self.waiting = {}

    def mend(self):
        """Opens again what the last cell closed: in a notebook neither descriptors nor streams are lost by that."""
        for descriptor in (1, 2):
            if is_closed(descriptor):
                os.dup2(self.text, descriptor)
        if is_closed(0):
            open_null()
        for name, make in (("stdin", read_nothing), ("stdout", write_text), ("stderr", write_errors)):
            if getattr(getattr(sys, name), "closed", False):
                setattr(sys, name, make())

    def send(self, message):
        if os.getpid() != self.pid:
            raise RuntimeError("spark, dbutils and display work in the notebook's own process only, not in a forked one")
        with Shield(), self.lock:
            for stream in (sys.stdout, sys.stderr):
                try:
                    stream.flush()
                except Exception:
                    pass
            self.marks += 1
            message["mark"] = self.marks
            line = json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"
            write_all(self.text, b"\0" + self.token + b":%d\0" % self.marks)
            write_all(self.messages, line)

    def call(self, method, **params):
        """Asks the emulator and waits for its answer. Raises HostFault."""
        answered = threading.Event()
        slot = {"answered": answered, "reply": None}
        with Shield(), self.lock:
            self.calls += 1
            number = self.calls
            self.waiting[number] = slot
        try:
            self.send({"op": "call", "id": number, "method": method, "params": params})
            # On Windows a wait without a limit cannot be interrupted.
            while not answered.wait(None if os.name == "posix" else 0.2):
                pass
        finally:
            self.waiting.pop(number, None)
        reply = slot["reply"]
        if "error" in reply:
            error = reply["error"]
            raise HostFault(error["kind"], error["message"], error.get("errorClass"), error.get("sqlState"))
        return reply.get("value")

    def read(self):
        """The next request, or None at the end."""
        line = self.source.readline()
        return json.loads(line) if line else None

    def deliver(self, reply):
        slot = self.waiting.get(reply["id"])
        if slot is not None:
            slot["reply"] = reply
            slot["answered"].set()


def write_all(descriptor, data):
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view):]
        except OSError:
            # Nobody listens any more: the emulator is gone.
            end_process(1)


def end_process(code):
    """Ends this process and, where it leads a process group, all that it started."""
    if os.name == "posix":
        try:
            if os.getpgrp() == os.getpid():
                os.killpg(os.getpid(), signal.SIGKILL)
        except OSError:
            pass
    os._exit(code)


class Interrupts:
    """Turns the emulator's interrupt into KeyboardInterrupt, in the user's code alone."""

    armed = False
    shields = 0
    wanted = False

    @classmethod
    def handle(cls, _number, _frame):
        if not cls.armed or not cls.wanted:
            return
        if cls.shields == 0:
            cls.wanted = False
            raise KeyboardInterrupt()

    @classmethod
    def request(cls):
        cls.wanted = True
        if os.name == "posix":
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        else:
            import _thread

            _thread.interrupt_main()

    @classmethod
    def check(cls):
        if cls.armed and cls.wanted and cls.shields == 0:
            cls.wanted = False
            raise KeyboardInterrupt()


class Shield:
    """Holds an interrupt back while a message is written: half a line would end the conversation."""

    def __enter__(self):
        self.mine = threading.current_thread() is threading.main_thread()
        if self.mine:
            Interrupts.shields += 1

    def __exit__(self, kind, _value, _trace):
        if self.mine:
            Interrupts.shields -= 1
            if kind is None:
                Interrupts.check()
        return False
