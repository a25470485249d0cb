# The Python half of a kernel: takes requests one by one until the pipe ends, and answers each with one message.
import importlib.abc
import importlib.util
import os
import queue
import signal
import sys
import threading
import types

from mortar_kernel import cell, mounts, pip, pyspark_modules, session, trace, workspace_modules
from mortar_kernel.channel import Channel, Interrupts, end_process
from mortar_kernel.dbutils import DBUtils
from mortar_kernel.outputs import Outputs
from mortar_kernel.refusals import SPARK, UnsupportedName


class Missing:
    """A name that notebooks have and the emulator has not: any use of it says so."""

    def __init__(self, name):
        self.__dict__["_name"] = name

    def __getattr__(self, name):
        raise UnsupportedName("%s.%s %s" % (self._name, name, SPARK))

    def __call__(self, *_args, **_options):
        raise UnsupportedName("%s %s" % (self._name, SPARK))

    def __repr__(self):
        return "<%s %s>" % (self._name, SPARK)


class PlotFinder(importlib.abc.MetaPathFinder):
    """Makes plt.show give its figures to the notebook, as soon as pyplot is imported."""

    def __init__(self, show):
        self.show = show

    def find_spec(self, fullname, path=None, target=None):
        if fullname != "matplotlib.pyplot":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(fullname)
        if spec is None or spec.loader is None:
            sys.meta_path.insert(0, self)
            return None
        run, figures = spec.loader.exec_module, self.show

        # A function, because pyplot gives it a signature of its own.
        def show(*_args, **_options):
            figures()

        def exec_module(module):
            run(module)
            module.show = show

        spec.loader.exec_module = exec_module
        return spec


def lead_group(lifeline):
    """Makes this process the head of a group, with a guardian in it that ends the group when the emulator is gone.

    The guardian is a process of its own, because code that never lets go of the interpreter stops every thread here.
    """
    if os.name != "posix":
        return
    try:
        os.setsid()
        if lifeline is None:
            return
        first = os.fork()
        if first == 0:
            # Forked twice, so that the user's os.wait() does not meet it.
            if os.fork() == 0:
                guard(lifeline)
            os._exit(0)
        os.waitpid(first, 0)
        os.close(lifeline)
    except OSError:
        pass


def guard(lifeline):
    try:
        for descriptor in range(3):
            os.close(descriptor)
        os.closerange(lifeline + 1, 64)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        while os.read(lifeline, 64):
            pass
    finally:
        os.kill(0, signal.SIGKILL)


def listen(channel, requests, state):
    try:
        while True:
            message = channel.read()
            if message is None:
                break
            if message["op"] == "reply":
                channel.deliver(message)
            elif message["op"] == "interrupt":
                if state["running"] == message["id"]:
                    Interrupts.request()
            else:
                # Set here, not where the request is taken up: an interrupt may follow at once.
                Interrupts.wanted = False
                state["running"] = message["id"]
                requests.put(message)
    finally:
        end_process(0)


def make_namespace(channel, outputs):
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    spark = session.SparkSession(channel)
    session.Builder.session = spark
    dbutils = DBUtils(channel)
    module.__dict__.update(
        spark=spark, dbutils=dbutils, display=outputs.display, displayHTML=outputs.display_html, sql=spark.sql,
        table=spark.table, getArgument=dbutils.widgets.getArgument, sc=Missing("sc"), sqlContext=Missing("sqlContext"),
        udf=Missing("udf"), __builtins__=__builtins__,
    )
    return module.__dict__


def set_sqldf(namespace, given):
    spark = namespace["spark"] if isinstance(namespace.get("spark"), session.SparkSession) else session.Builder.session
    if "table" in given:
        namespace["_sqldf"] = spark._local(given["table"])
    else:
        namespace["_sqldf"] = session.DataFrame(spark, session.literals.closed(session.literals.bind(given["statement"], given["args"])))


def start(source, config):
    lead_group(config.get("lifeline"))
    channel = Channel(source, config["token"])
    signal.signal(signal.SIGINT, Interrupts.handle)
    outputs = Outputs(channel)
    pyspark_modules.install()
    sys.meta_path.insert(0, PlotFinder(outputs.show_figures))
    cell.prepare_builtins()
    mounts.install(channel)
    sys.path[:] = [config["packages"], os.getcwd(), *(entry for entry in sys.path if entry)]
    namespace = make_namespace(channel, outputs)
    runner = cell.CellRunner(namespace, outputs.echo)
    requests, state = queue.Queue(), {"running": None}
    threading.Thread(target=listen, args=(channel, requests, state), daemon=True).start()
    sys.meta_path.append(workspace_modules.WorkspaceFinder(channel))
    channel.send({"op": "ready", "version": sys.version.split()[0]})
    while True:
        message = requests.get()
        channel.mend()
        outcome = run_one(message, runner, namespace, config)
        if os.getpid() != channel.pid:
            # The user's code forked, and its child came to the end of the cell.
            os._exit(0 if outcome["state"] == "finished" else 1)
        try:
            outputs.show_figures()
        except BaseException as error:
            if outcome["state"] == "finished":
                outcome = {"state": "error", "error": trace.describe(error)}
        state["running"] = None
        channel.send({"op": "done", "id": message["id"], **outcome})


def run_one(message, runner, namespace, config):
    if "sqldf" in message:
        try:
            set_sqldf(namespace, message["sqldf"])
        except Exception as error:
            print("_sqldf could not be set: %s" % error)
    if message["kind"] == "pip":
        rest = []
        outcome = runner.guarded(lambda: rest.append(pip.run_pip(message["code"], config["packages"])))
        if outcome["state"] != "finished" or not rest[0].strip():
            return outcome
        return runner.run(rest[0], message["name"])
    return runner.run(message["code"], message["name"])


