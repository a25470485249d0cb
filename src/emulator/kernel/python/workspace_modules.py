# Imports of the Python files that lie beside the notebook in the workspace.
import importlib.abc
import importlib.machinery
import os

from mortar_kernel import trace


class WorkspaceFinder(importlib.abc.MetaPathFinder):
    """Stands after every other finder: a package that is installed wins."""

    def __init__(self, channel):
        self.channel = channel

    def find_spec(self, fullname, path=None, target=None):
        # A forked process has no way to ask.
        if os.getpid() != self.channel.pid:
            return None
        found = self.channel.call("workspace.module", name=fullname)
        if found is None:
            return None
        loader = WorkspaceLoader(found["path"], found["source"])
        return importlib.machinery.ModuleSpec(fullname, loader, origin=found["path"], is_package=found["isPackage"])


class WorkspaceLoader(importlib.abc.Loader):
    def __init__(self, path, source):
        self.path = path
        self.source = source

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        module.__file__ = self.path
        trace.remember(self.path, self.source)
        exec(compile(self.source, self.path, "exec"), module.__dict__)
