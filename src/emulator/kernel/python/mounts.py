# Plain Python's file functions on /Volumes and /dbfs, which a cluster mounts: here their paths are translated.
import builtins
import errno
import io
import os
import posixpath

from mortar_kernel.channel import HostFault

MOUNTS = ("Volumes", "dbfs", "Workspace")
ONE_PATH = ("access chdir chflags chmod chown getxattr lchflags lchmod lchown listdir listxattr lstat mkdir mkfifo open "
            "pathconf readlink remove removexattr rmdir setxattr stat statvfs truncate unlink utime").split()
TWO_PATHS = "link rename replace symlink".split()


class Mounts:
    def __init__(self, channel):
        self._channel = channel
        self._known = {}

    def translated(self, path):
        """The path on this machine of one below a mount, or None for anything else. Raises FileNotFoundError."""
        whole = below_mount(path)
        if whole is None:
            return None
        at, disk = self._mount(whole)
        return disk + whole[len(at):]

    def _mount(self, whole):
        if os.getpid() != self._channel.pid:
            # A forked process cannot ask: it has what was known before.
            for at, disk in self._known.items():
                if whole == at or whole.startswith(at + "/"):
                    return at, disk
            raise FileNotFoundError(errno.ENOENT, "A forked process reaches only the volumes that were used before it", whole)
        try:
            found = self._channel.call("fs.mount", path=whole)
        except HostFault as fault:
            raise FileNotFoundError(errno.ENOENT, fault.message.split("Exception: ")[-1], whole) from None
        self._known[found["at"]] = found["disk"]
        return found["at"], found["disk"]


def below_mount(path):
    """The normal form of a text or PathLike that lies below a mount, or None."""
    if not isinstance(path, str):
        path = getattr(path, "__fspath__", str)()
        if not isinstance(path, str):
            return None
    if not path.startswith("/"):
        return None
    whole = posixpath.normpath("/" + path.lstrip("/"))
    return whole if whole.split("/")[1] in MOUNTS else None


class Translated:
    """A function of os whose first arguments are paths. An object and not a function, so that a class can hold it as it held the original."""

    def __init__(self, mounts, original, paths):
        self._mounts = mounts
        self._original = original
        self._paths = paths
        self.__name__ = self.__qualname__ = original.__name__
        self.__doc__ = original.__doc__

    def __call__(self, *arguments, **options):
        given = list(arguments[: self._paths])
        if not given and "path" in options:
            given = [options.pop("path")]
        found = [self._mounts.translated(path) for path in given]
        if all(path is None for path in found):
            return self._original(*given, *arguments[self._paths:], **options)
        used = [path if there is None else there for path, there in zip(given, found)]
        try:
            return self._original(*used, *arguments[self._paths:], **options)
        except OSError as error:
            raise with_names(error, given) from None

    def __repr__(self):
        return repr(self._original)


def with_names(error, given):
    """The error with the paths that the caller gave."""
    names = [os.fspath(path) if not isinstance(path, int) else path for path in given]
    error.filename = names[0] if error.filename is not None else None
    if error.filename2 is not None and len(names) > 1:
        error.filename2 = names[1]
    return error


class Entry:
    """An os.DirEntry whose path is the one that was asked for."""

    def __init__(self, entry, folder):
        self._entry = entry
        self.name = entry.name
        self.path = posixpath.join(folder, entry.name)

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return repr(self._entry)

    def __getattr__(self, name):
        return getattr(self._entry, name)


class Entries:
    def __init__(self, entries, folder):
        self._entries = entries
        self._folder = folder

    def __iter__(self):
        return self

    def __next__(self):
        return Entry(next(self._entries), self._folder)

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        self.close()

    def close(self):
        self._entries.close()


class Scan(Translated):
    def __call__(self, path="."):
        if isinstance(path, int) or self._mounts.translated(path) is None:
            return self._original(path)
        return Entries(super().__call__(path), os.fspath(path))


def install(channel):
    """From here on open, os and what stands on them (pathlib, shutil, glob, pandas) reach the mounts. Programs and libraries that open files by themselves do not."""
    if os.name != "posix":
        return
    mounts = Mounts(channel)
    install_open(mounts)
    for names, paths in ((ONE_PATH, 1), (TWO_PATHS, 2)):
        for name in names:
            if hasattr(os, name):
                replace(name, Translated(mounts, getattr(os, name), paths))
    replace("scandir", Scan(mounts, os.scandir, 1))


def replace(name, function):
    original = getattr(os, name)
    setattr(os, name, function)
    # shutil asks these sets which functions it may use, and how.
    for known in (os.supports_fd, os.supports_dir_fd, os.supports_follow_symlinks, os.supports_effective_ids):
        if original in known:
            known.add(function)


def install_open(mounts):
    original, opened = builtins.open, os.open

    def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
        if below_mount(file) is None:
            return original(file, mode, buffering, encoding, errors, newline, closefd, opener)

        # The name of the opened file stays the one that was asked for.
        def open_there(path, flags):
            try:
                there = mounts.translated(path)
                return opened(there, flags, 0o666) if opener is None else opener(there, flags)
            except OSError as error:
                raise with_names(error, [path]) from None

        return original(file, mode, buffering, encoding, errors, newline, closefd, open_there)

    open.__doc__ = original.__doc__
    builtins.open = io.open = open
