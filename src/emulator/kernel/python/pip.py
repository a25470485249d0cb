# %pip: pip itself, into a folder of this notebook alone.
import importlib
import shlex
import subprocess
import sys

REFUSED = ("-t", "--target", "--user", "--prefix", "--root", "-e", "--editable", "--break-system-packages")


class PipError(Exception):
    """pip ended with a failure, or was asked for what cannot be kept inside the notebook's folder."""


PipError.__module__ = "builtins"


def run_pip(code, folder):
    """Runs the first line of a %pip cell and its other %pip lines; gives the rest, which is Python. Raises PipError."""
    lines, at, rest = code.split("\n"), 0, []
    while at < len(lines):
        line, taken = lines[at], 1
        if at > 0 and not line.startswith("%pip"):
            rest.append(line)
            at += 1
            continue
        while line.endswith("\\") and at + taken < len(lines):
            line = line[:-1] + lines[at + taken]
            taken += 1
        words = shlex.split(line, comments=True)
        words = words[1:] if words and words[0] == "%pip" else words
        if words:
            run_line(words, folder)
        # Empty lines stand for those of pip, so that an error in the rest names the right line.
        rest += [""] * taken
        at += taken
    importlib.invalidate_caches()
    return "\n".join(rest)


def run_line(words, folder):
    if words[0] not in ("install", "list", "show", "freeze", "--version"):
        raise PipError("%%pip %s is not supported by the emulator: install, list, show and freeze are" % words[0])
    for word in words:
        if word.split("=")[0] in REFUSED:
            raise PipError("%%pip %s with %s is not supported: packages go into the notebook's own folder" % (words[0], word))
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words]
    if words[0] == "install":
        print("Running pip with --target: the packages are this notebook's alone and go when it ends.")
        command += ["--no-input", "--target", folder]
    elif words[0] in ("list", "freeze"):
        command += ["--path", folder]
    code = subprocess.call(command)
    if code != 0:
        raise PipError("pip ended with exit code %d; what it said is above" % code)
    if folder not in sys.path:
        sys.path.insert(0, folder)
