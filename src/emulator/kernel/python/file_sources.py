# The files that a path of spark.read names: single ones, folders and globs, as Spark finds them.
import bz2
import fnmatch
import gzip
import os
import posixpath
import re

from mortar_kernel.channel import HostFault
from mortar_kernel.errors import AnalysisException
from mortar_kernel.refusals import no_use

GLOB = re.compile(r"[*?\[\]{}\\]")
PACKED = (".deflate", ".lz4", ".snappy", ".zst")


class Finder:
    def __init__(self, channel, recursive=False, name_filter=None):
        self._channel = channel
        self._recursive = recursive
        self._name_filter = None if name_filter is None else matcher(name_filter)

    def texts(self, paths):
        """The contents of all files, larger files first as Spark's scan takes them. Raises AnalysisException."""
        files = [file for path in paths for file in self._found(path)]
        sized = sorted(((os.path.getsize(file), file) for file in files), key=lambda pair: -pair[0])
        return [read_text(file) for _, file in sized]

    def _found(self, path):
        wanted = path if path.startswith("/") or re.match(r"[A-Za-z][\w+.-]*:", path) else "/" + path
        named = [file for one in braces(wanted) for file in self._matched(one)]
        if not named:
            raise missing(self._shown(wanted))
        return [file for one in named for file in self._files_of(one)]

    def _matched(self, path):
        """The files and folders of the disk that the path names."""
        parts = path.split("/")
        fixed = next((number for number, part in enumerate(parts) if GLOB.search(part)), len(parts))
        place = self._place("/".join(parts[:fixed]) or "/")
        if place is None:
            return []
        if place["isAbove"]:
            if fixed < len(parts):
                raise no_use("spark.read of a glob above the volumes (%s)" % path)
            return [os.devnull]
        found = [place["disk"]] if os.path.exists(place["disk"]) else []
        for part in parts[fixed:]:
            found = [step for folder in found for step in stepped(folder, part)]
        return found

    def _place(self, path):
        try:
            return self._channel.call("fs.place", path=path)
        except HostFault as fault:
            if "FileNotFoundException" in fault.message:
                return None
            raise no_use("spark.read of %s (%s), which" % (path, fault.message)) from None

    def _shown(self, path):
        parts = path.split("/")
        fixed = next((number for number, part in enumerate(parts) if GLOB.search(part)), len(parts))
        place = self._place("/".join(parts[:fixed]) or "/")
        if place is None:
            return path if ":" in path.split("/")[0] else "dbfs:" + path
        return "/".join([place["shown"].rstrip("/"), *parts[fixed:]])

    def _files_of(self, path):
        """A file itself, or the files of a folder; what begins with _ or . is not data."""
        if path == os.devnull:
            return []
        if not os.path.isdir(path):
            return [path] if self._is_data(os.path.basename(path)) else []
        entries = sorted(os.scandir(path), key=lambda entry: entry.name)
        files = [entry.path for entry in entries if not entry.is_dir() and self._is_data(entry.name)]
        for entry in entries:
            if not entry.is_dir() or is_hidden(entry.name):
                continue
            if self._recursive:
                files += self._files_of(entry.path)
            elif "=" in entry.name:
                raise no_use("spark.read of a folder with partitions (%s)" % entry.name)
        return files

    def _is_data(self, name):
        return not is_hidden(name) and (self._name_filter is None or self._name_filter(name))


def is_hidden(name):
    return name.startswith(".") or (name.startswith("_") and "=" not in name) or name.endswith("._COPYING_")


def stepped(folder, part):
    """What the next part of a path names in a folder."""
    if part in ("", "."):
        return [folder]
    if part == ".." or not os.path.isdir(folder):
        return []
    if not GLOB.search(part):
        path = os.path.join(folder, part)
        return [path] if os.path.exists(path) else []
    matches = matcher(part)
    return [os.path.join(folder, name) for name in sorted(os.listdir(folder)) if matches(name)]


def matcher(pattern):
    """Whether a name matches a glob of Hadoop's, whose sets may begin with ^ too."""
    if "\\" in pattern:
        raise no_use("spark.read of a glob with a backslash (%s)" % pattern)
    if pattern.count("[") != pattern.count("]"):
        raise ValueError("Illegal file pattern: Unclosed character class in %s" % pattern)
    rules = [re.compile(fnmatch.translate(one.replace("[^", "[!"))) for one in braces(pattern)]
    return lambda name: any(rule.match(name) for rule in rules)


def braces(pattern):
    """The patterns that {a,b} stands for, innermost first."""
    found = re.search(r"\{([^{}]*)\}", pattern)
    if found is None:
        if "{" in pattern or "}" in pattern:
            raise ValueError("Illegal file pattern: Unclosed group in %s" % pattern)
        return [pattern]
    made = [pattern[:found.start()] + one + pattern[found.end():] for one in found.group(1).split(",")]
    return [whole for one in made for whole in braces(one)]


def read_text(path):
    if path.endswith(PACKED):
        raise no_use("spark.read of a file compressed as %s" % posixpath.splitext(path)[1])
    opener = {".gz": gzip.open, ".bz2": bz2.open}.get(posixpath.splitext(path)[1], open)
    with opener(path, "rb") as file:
        data = file.read()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise no_use("spark.read of a file that is not UTF-8 text (%s)" % os.path.basename(path)) from None


def missing(shown):
    hint = ""
    if shown.startswith("dbfs:/dbfs/"):
        # A mistake that is made so often that it needs a word: on a cluster the path fails in the same way.
        hint = " (/dbfs is a path of plain Python; Spark has the file at dbfs:/%s)" % shown[len("dbfs:/dbfs/"):]
    return AnalysisException("[PATH_NOT_FOUND] Path does not exist: %s.%s SQLSTATE: 42K03" % (shown, hint), "PATH_NOT_FOUND", "42K03")
