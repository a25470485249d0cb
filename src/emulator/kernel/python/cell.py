# Runs one cell in the notebook's namespace: statements, then the last expression's value is shown.
import ast
import inspect
import io
import re
import sys
import tokenize

from mortar_kernel import trace
from mortar_kernel.channel import Interrupts
from mortar_kernel.refusals import UnsupportedName

# What notebooks do anyway, or what changes no result.
NEEDLESS = re.compile(r"^%(matplotlib inline|load_ext autoreload|autoreload( \d)?)[ \t]*$", re.M)
MAGIC = re.compile(r"^(?:[\w, ]+=\s*)?(%{1,2}[A-Za-z]\w*|![^=\s]\S*|\?{1,2}\w[\w.]*|\w[\w.]*\?{1,2}$)")


class NotebookExit(BaseException):
    """dbutils.notebook.exit: ends the notebook. Not an Exception, so that `except Exception` does not catch it."""

    def __init__(self, value):
        super().__init__(value)
        self.value = value


class Restart(BaseException):
    """dbutils.library.restartPython."""


class CellRunner:
    def __init__(self, namespace, show):
        self.namespace = namespace
        self.show = show
        self.loop = None

    def run(self, code, name):
        """Runs the code. Gives {state, error?, exit?, restart?}."""
        trace.remember(name, code)
        return self.guarded(lambda: self.execute(code, name))

    def guarded(self, act):
        try:
            try:
                Interrupts.armed = True
                Interrupts.check()
                act()
            finally:
                Interrupts.armed = False
        except NotebookExit as exit_request:
            return {"state": "finished", "exit": exit_request.value}
        except Restart:
            return {"state": "finished", "restart": True}
        except KeyboardInterrupt as interrupt:
            return {"state": "cancelled", "error": trace.describe(interrupt)}
        except BaseException as error:
            return {"state": "error", "error": trace.describe(error)}
        return {"state": "finished"}

    def execute(self, code, name):
        flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        code = NEEDLESS.sub("", without_indent(code.lstrip("\ufeff")))
        if code.strip() == "%restart_python":
            raise Restart()
        tree = parse(code, name, ast.PyCF_ONLY_AST | flags)
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        if tree.body:
            self.evaluate(compile(tree, name, "exec", flags))
        if last is None:
            return
        value = self.evaluate(compile(ast.Expression(last.value), name, "eval", flags))
        if value is not None and not ends_quietly(code):
            self.namespace["_"] = value
            self.show(value)

    def evaluate(self, code):
        value = eval(code, self.namespace)
        if code.co_flags & inspect.CO_COROUTINE and inspect.iscoroutine(value):
            # Loaded late: it takes as long as all the rest.
            import asyncio

            if self.loop is None:
                self.loop = asyncio.new_event_loop()
                asyncio.set_event_loop(self.loop)
            return self.loop.run_until_complete(value)
        return value


def parse(code, name, flags):
    """The tree of the code. A line of IPython's own language is refused by its name, for Python says no more than that it is wrong."""
    try:
        return compile(code, name, "exec", flags)
    except SyntaxError as error:
        lines, at = code.split("\n"), (error.lineno or 0) - 1
        magic = MAGIC.match(lines[at].strip()) if 0 <= at < len(lines) else None
        if magic is None:
            raise
        word = magic.group(1)
    raise UnsupportedName(
        "%s in line %d is not in the emulator. %%sql, %%md, %%sh, %%fs, %%run and %%pip begin a cell of their own; %%sh runs shell commands"
        % (word, at + 1)
    )


def without_indent(code):
    """A cell whose first line is indented loses that indent in every line, as notebooks do."""
    lines = code.split("\n")
    first = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    indent = first[: len(first) - len(first.lstrip())]
    if not indent:
        return code
    return "\n".join(line[len(indent):] if line.startswith(indent) else line for line in lines)


def ends_quietly(code):
    """Whether the last expression is followed by a semicolon."""
    last = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(code).readline):
            if token.type not in (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.ENDMARKER, tokenize.DEDENT):
                last = token
    except (tokenize.TokenError, SyntaxError):
        return False
    return last is not None and last.string == ";"


def refuse_input(prompt=""):
    raise EOFError("input() is not supported: a notebook that runs here has nobody to answer")


def prepare_builtins():
    import builtins

    builtins.input = refuse_input
    sys.argv = [""]
