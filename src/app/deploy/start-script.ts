// The program that Databricks Apps starts: joins the parts of the binary, checks them, and becomes it.
//
// It is Python, of the standard library alone: every app has Python 3.11 (and Node 22), whatever is in its folder
// (https://docs.databricks.com/aws/en/dev-tools/databricks-apps/system-env), and Python can replace its own process, so that
// the platform's signals reach the server itself. gzip and SHA-256 are in it; zstd is not before 3.14.

export const startScriptName = "start.py";
export const partListName = "parts.json";
/** What its messages begin with: a deployment that fails with one of them has a broken folder. */
export const startScriptMark = "mortar start:";

export const startScript = `# Written by "mortar app deploy". Joins the parts of the program, checks them, and becomes it.
import gzip
import hashlib
import json
import os
import shutil
import sys
import tempfile

ROOT = os.path.dirname(os.path.abspath(__file__))
AGAIN = "Run \\"mortar app deploy NAME --upload-all\\" again."


class Fault(Exception):
    pass


def say(text):
    print("mortar start: " + text, file=sys.stderr, flush=True)


def read_list():
    try:
        with open(os.path.join(ROOT, "parts.json"), encoding="utf-8") as file:
            found = json.load(file)
        return found["sha256"], found["size"], found["parts"]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise Fault(f"parts.json cannot be read ({problem}). {AGAIN}")


def is_whole(path, wanted, size):
    try:
        if os.path.getsize(path) != size:
            return False
        digest = hashlib.sha256()
        with open(path, "rb") as file:
            for chunk in iter(lambda: file.read(1 << 20), b""):
                digest.update(chunk)
        return digest.hexdigest() == wanted
    except OSError:
        return False


def part_bytes(number, count, part):
    name = part["file"]
    try:
        with open(os.path.join(ROOT, name), "rb") as file:
            packed = file.read()
    except OSError as problem:
        raise Fault(f"part {number} of {count} ({name}) is missing: {problem.strerror}. {AGAIN}")
    if hashlib.sha256(packed).hexdigest() != part["sha256"]:
        raise Fault(f"part {number} of {count} ({name}) is damaged: its SHA-256 is another one. {AGAIN}")
    return gzip.decompress(packed)


def join(place, wanted, size, parts):
    os.makedirs(place, exist_ok=True)
    digest = hashlib.sha256()
    handle, fresh = tempfile.mkstemp(dir=place)
    try:
        with os.fdopen(handle, "wb") as file:
            for number, part in enumerate(parts, 1):
                content = part_bytes(number, len(parts), part)
                digest.update(content)
                file.write(content)
        if digest.hexdigest() != wanted or os.path.getsize(fresh) != size:
            raise Fault(f"the joined program is not the one that parts.json names. {AGAIN}")
        os.chmod(fresh, 0o700)
        os.replace(fresh, os.path.join(place, "mortar"))
    except BaseException:
        if os.path.exists(fresh):
            os.remove(fresh)
        raise


def forget_others(base, kept):
    for name in os.listdir(base):
        if name != kept and name.startswith("program-"):
            shutil.rmtree(os.path.join(base, name), ignore_errors=True)


def start(base, words):
    wanted, size, parts = read_list()
    name = "program-" + wanted[:16]
    place = os.path.join(base, name)
    program = os.path.join(place, "mortar")
    if is_whole(program, wanted, size):
        say("the program is there already")
    else:
        join(place, wanted, size, parts)
        say(f"joined {len(parts)} parts, {size} bytes")
    forget_others(base, name)
    # npm puts the coding agents there, when it installs what package.json names.
    tools = os.path.join(ROOT, "node_modules", ".bin")
    os.environ["PATH"] = tools + os.pathsep + os.environ.get("PATH", os.defpath)
    os.environ.setdefault("MORTAR_HOME", os.path.join(base, "home"))
    # Bun looks for it when it starts: else 256 requests at most are under way, those of all users together.
    os.environ.setdefault("BUN_CONFIG_MAX_HTTP_REQUESTS", "4096")
    os.execv(program, [program] + words)


def main():
    bases = [os.path.join(ROOT, ".mortar"), os.path.join(tempfile.gettempdir(), "mortar-app")]
    problems = []
    for base in bases:
        try:
            start(base, sys.argv[1:])
        except OSError as problem:
            problems.append(f"{base}: {problem.strerror or problem}")
    raise Fault("the program cannot be unpacked and started anywhere: " + "; ".join(problems))


try:
    main()
except Fault as fault:
    say(str(fault))
    sys.exit(70)
`;
