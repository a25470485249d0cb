# Errors of a cell as Python prints them, with the user's frames: those of this program are left out.
import linecache
import traceback

OWN = "<mortar_kernel/"
LOADER = "<string>"
SUMMARY = 10_000
TRACE = 1_000_000


def remember(name, code):
    """Lets tracebacks quote the lines of a cell."""
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)


def forget(name):
    linecache.cache.pop(name, None)


def describe(error):
    """{summary, trace} of an exception."""
    try:
        shown = traceback.TracebackException(type(error), error, error.__traceback__)
        clean(shown, set())
        trace = "".join(shown.format()).rstrip("\n")
    except BaseException:
        # A broken __str__ or __cause__ of the user's own class.
        trace = "".join(traceback.format_tb(error.__traceback__)) + type(error).__name__
    return {"summary": shortened(summary(error), SUMMARY), "trace": shortened(trace, TRACE)}


def shortened(text, limit):
    """Three quarters of the limit from the beginning, a quarter from the end: there stands what was raised."""
    if len(text) <= limit:
        return text
    first, last = limit - limit // 4, limit // 4
    return "%s\n... %d characters are left out ...\n%s" % (text[:first], len(text) - limit, text[-last:])


def summary(error):
    name = type(error).__name__
    try:
        lines = str(error).strip().splitlines()
    except BaseException:
        lines = ["<the error's text could not be made>"]
    return "%s: %s" % (name, lines[0]) if lines else name


def clean(shown, seen):
    if shown is None or id(shown) in seen:
        return
    seen.add(id(shown))
    frames = list(shown.stack)
    first = 0
    while first < len(frames) and not frames[first].filename.startswith("<command-"):
        first += 1
    # Without any frame of a cell (a thread of a library, an error of a %pip) all foreign frames stay.
    kept = frames[first:] if first < len(frames) else frames
    shown.stack[:] = [f for f in kept if not f.filename.startswith(OWN) and not (f.filename == LOADER and not f.line)]
    clean(shown.__cause__, seen)
    clean(shown.__context__, seen)
    for inner in getattr(shown, "exceptions", None) or ():
        clean(inner, seen)
