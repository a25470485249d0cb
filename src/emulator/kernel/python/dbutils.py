# dbutils: widgets, notebook, fs, library; the emulator does the work, this is the door.
import collections
import json

from mortar_kernel.cell import NotebookExit, Restart
from mortar_kernel.channel import HostFault
from mortar_kernel.refusals import UnsupportedName


class ExecutionError(Exception):
    """What dbutils raises when the emulator refuses."""


class InputWidgetNotDefined(ExecutionError):
    pass


class WorkflowException(ExecutionError):
    """A notebook that dbutils.notebook.run started has failed."""


KINDS = {"widget": InputWidgetNotDefined, "notebook": WorkflowException, "value": ValueError}

for _class in (ExecutionError, InputWidgetNotDefined, WorkflowException):
    _class.__module__ = "dbutils"


class Part:
    _name = "dbutils"
    _help = ""

    def __init__(self, channel):
        self._channel = channel

    def _call(self, method, **params):
        try:
            return self._channel.call(method, **params)
        except HostFault as fault:
            raise KINDS.get(fault.kind, ExecutionError)(fault.message) from None

    def help(self, method=None):
        print(self._help)

    def __getattr__(self, name):
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise UnsupportedName("%s.%s is not in the emulator" % (self._name, name))

    def __repr__(self):
        return self._help


class Widgets(Part):
    _name = "dbutils.widgets"
    _help = ("dbutils.widgets: text(name, defaultValue, label), dropdown(name, defaultValue, choices, label), combobox(...), "
             "multiselect(...), get(name), getArgument(name, default), getAll(), remove(name), removeAll()")

    def text(self, name, defaultValue="", label=None):
        self._define("text", name, defaultValue, None, label)

    def dropdown(self, name, defaultValue, choices, label=None):
        self._define("dropdown", name, defaultValue, choices, label)

    def combobox(self, name, defaultValue, choices, label=None):
        self._define("combobox", name, defaultValue, choices, label)

    def multiselect(self, name, defaultValue, choices, label=None):
        self._define("multiselect", name, defaultValue, choices, label)

    def _define(self, kind, name, value, choices, label):
        for what in (name, value, *(choices or ())):
            if not isinstance(what, str):
                raise TypeError("dbutils.widgets.%s takes text, got %r" % (kind, what))
        self._call("widget.define", kind=kind, name=name, value=value, choices=list(choices or []), label=label)

    def get(self, name):
        return self._call("widget.get", name=name)

    def getArgument(self, name, defaultValue=None):
        if defaultValue is None:
            return self.get(name)
        return self._call("widget.get", name=name, default=str(defaultValue))

    def getAll(self):
        return self._call("widget.all")

    def remove(self, name):
        self._call("widget.remove", name=name)

    def removeAll(self):
        self._call("widget.removeAll")


class Notebook(Part):
    _name = "dbutils.notebook"
    _help = "dbutils.notebook: exit(value), run(path, timeout_seconds, arguments)"

    def exit(self, value=""):
        raise NotebookExit(str(value))

    def run(self, path, timeout_seconds=0, arguments=None):
        given = {str(name): str(value) for name, value in (arguments or {}).items()}
        return self._call("notebook.run", path=path, timeoutSeconds=float(timeout_seconds), arguments=given)


class FileInfo(collections.namedtuple("FileInfo", "path name size modificationTime")):
    __slots__ = ()

    def isDir(self):
        return self.name.endswith("/")

    def isFile(self):
        return not self.isDir()


class Files(Part):
    _name = "dbutils.fs"
    _help = ("dbutils.fs: ls(dir), head(file, max_bytes), put(file, contents, overwrite), cp(from, to, recurse), "
             "mv(from, to, recurse), rm(path, recurse), mkdirs(dir)")

    def ls(self, dir):
        return [FileInfo(**item) for item in self._call("fs.ls", path=dir)]

    def head(self, file, max_bytes=65536):
        found = self._call("fs.head", path=file, maxBytes=int(max_bytes))
        if found["truncated"]:
            print("[Truncated to first %d bytes]" % max_bytes)
        return found["text"]

    def put(self, file, contents, overwrite=False):
        size = self._call("fs.put", path=file, contents=contents, overwrite=bool(overwrite))
        print("Wrote %d bytes." % size)
        return True

    def cp(self, from_, to, recurse=False):
        self._call("fs.cp", source=from_, target=to, recurse=bool(recurse))
        return True

    def mv(self, from_, to, recurse=False):
        self._call("fs.mv", source=from_, target=to, recurse=bool(recurse))
        return True

    def rm(self, dir, recurse=False):
        return self._call("fs.rm", path=dir, recurse=bool(recurse))

    def mkdirs(self, dir):
        self._call("fs.mkdirs", path=dir)
        return True


class SecretMetadata:
    def __init__(self, key):
        self.key = key

    def __repr__(self):
        return "SecretMetadata(key=%r)" % self.key


class Secrets(Part):
    _name = "dbutils.secrets"
    _help = "dbutils.secrets: get(scope, key), getBytes(scope, key), list(scope)"

    def get(self, scope, key):
        return self._call("secret.get", scope=scope, key=key)

    def getBytes(self, scope, key):
        return self.get(scope, key).encode("utf-8")

    def list(self, scope):
        return [SecretMetadata(key) for key in self._call("secret.list", scope=scope)]


class TaskValues(Part):
    _name = "dbutils.jobs.taskValues"
    _help = "dbutils.jobs.taskValues: set(key, value), get(taskKey, key, default, debugValue)"

    def set(self, key, value):
        try:
            text = json.dumps(value)
        except TypeError:
            raise ValueError("The value of a task value must be JSON, not %s" % type(value).__name__) from None
        if len(text.encode("utf-8")) > 48 * 1024:
            raise ValueError("A task value can have at most 48 KiB as JSON")
        self._call("taskValues.set", key=str(key), value=value)

    def get(self, taskKey, key, default=None, debugValue=None):
        found = self._call("taskValues.get", taskKey=str(taskKey), key=str(key))
        if not found["job"]:
            if debugValue is None:
                raise TypeError("Must pass debugValue when calling get outside of a job context. debugValue cannot be None.")
            return debugValue
        if "value" in found:
            return found["value"]
        if default is None:
            raise ValueError("No task value with key %r was set by task %r, and no default was given" % (key, taskKey))
        return default


class Jobs(Part):
    _name = "dbutils.jobs"
    _help = "dbutils.jobs: taskValues"

    def __init__(self, channel):
        super().__init__(channel)
        self.taskValues = TaskValues(channel)


class Library(Part):
    _name = "dbutils.library"
    _help = "dbutils.library: restartPython()"

    def restartPython(self):
        raise Restart()


class DBUtils(Part):
    _help = "dbutils has fs, jobs, library, notebook, secrets and widgets; each has help()."

    def __init__(self, channel):
        super().__init__(channel)
        self.fs = Files(channel)
        self.jobs = Jobs(channel)
        self.library = Library(channel)
        self.notebook = Notebook(channel)
        self.secrets = Secrets(channel)
        self.widgets = Widgets(channel)
