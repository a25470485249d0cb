# What a cell shows besides its text: tables, HTML, images.
import base64
import io
import sys

from mortar_kernel import infer, pandas_frames, values
from mortar_kernel import types as t
from mortar_kernel.errors import from_host
from mortar_kernel.channel import HostFault
from mortar_kernel.frames import DataFrame
from mortar_kernel.refusals import no_use

TABLE_ROWS = 10_000
# What lies beyond these the emulator would leave out: it is not even sent.
TABLE_CHARACTERS = 2 * 1024 * 1024
OUTPUT_CHARACTERS = 20 * 1024 * 1024


class Outputs:
    def __init__(self, channel):
        self._channel = channel

    def send(self, output):
        self._channel.send({"op": "output", "output": output})

    def send_content(self, name, output):
        if len(output[name]) > OUTPUT_CHARACTERS:
            self._channel.send({"op": "skipped"})
        else:
            self.send(output)

    def echo(self, value):
        """The value of a cell's last expression."""
        html = None if isinstance(value, DataFrame) else represented(value, "_repr_html_")
        if html is not None:
            self.display_html(html)
        else:
            print(repr(value))

    def display(self, *objects, **options):
        if options:
            raise no_use("display(%s=)" % next(iter(options)))
        for value in objects:
            self.display_one(value)

    def display_one(self, value):
        if isinstance(value, DataFrame):
            try:
                self._channel.call("display", statement=value._sql)
            except HostFault as fault:
                raise from_host(fault) from None
        elif pandas_frames.is_pandas(value, "DataFrame"):
            names, rows, types = pandas_frames.from_pandas(value)
            self.table(names, rows, types)
        elif isinstance(value, (list, tuple)) and value and all(is_record(item) for item in value):
            names, rows = records(value)
            self.table(names, rows, [None] * len(names))
        elif is_figure(value):
            self.figure(value)
        elif represented(value, "_repr_html_") is not None:
            self.display_html(represented(value, "_repr_html_"))
        elif represented(value, "_repr_png_") is not None:
            self.image(represented(value, "_repr_png_"))
        else:
            print(value if isinstance(value, str) else repr(value))

    def display_html(self, html):
        self.send_content("html", {"type": "html", "html": str(html)})

    def table(self, names, rows, types):
        kinds = []
        for number, given in enumerate(types):
            try:
                kind = given or infer.infer_all(row[number] for row in rows)
            except TypeError:
                kind = t.StringType()
            kinds.append(t.StringType() if isinstance(kind, t.NullType) else kind)
        shown, size = [], 0
        for row in rows[:TABLE_ROWS]:
            values = [cell(value, kind) for value, kind in zip(row, kinds)]
            size += sum(len(value) for value in values if isinstance(value, str))
            if size > TABLE_CHARACTERS:
                break
            shown.append(values)
        self.send({
            "type": "table",
            "columns": [{"name": str(name), "type": kind.simpleString()} for name, kind in zip(names, kinds)],
            "rows": shown,
            "truncated": len(shown) < len(rows),
        })

    # Figures of matplotlib, where it is installed.

    def figure(self, figure):
        data = io.BytesIO()
        figure.savefig(data, format="png", bbox_inches="tight")
        self.image(data.getvalue())
        plots = sys.modules.get("matplotlib.pyplot")
        if plots is not None:
            plots.close(figure)

    def image(self, png):
        data = base64.b64encode(png).decode("ascii")
        self.send_content("base64", {"type": "image", "mime": "image/png", "base64": data})

    def show_figures(self, *_args, **_options):
        """plt.show, and the end of a cell: every open figure is shown once."""
        plots = sys.modules.get("matplotlib.pyplot")
        if plots is None or not hasattr(plots, "get_fignums"):
            return
        for number in plots.get_fignums():
            self.figure(plots.figure(number))


def is_record(value):
    return isinstance(value, dict) or (isinstance(value, tuple) and (hasattr(value, "__fields__") or hasattr(value, "_fields")))


def records(items):
    names = []
    for item in items:
        for name in item if isinstance(item, dict) else getattr(item, "__fields__", None) or item._fields:
            if name not in names:
                names.append(name)
    rows = []
    for item in items:
        known = item if isinstance(item, dict) else dict(zip(getattr(item, "__fields__", None) or item._fields, tuple(item)))
        rows.append([infer.natural(known.get(name)) for name in names])
    return names, rows


def cell(value, kind):
    if isinstance(kind, t.StringType) and value is not None and not isinstance(value, str):
        return str(value)
    return values.to_json(value)


def is_figure(value):
    return type(value).__name__ == "Figure" and type(value).__module__.split(".")[0] == "matplotlib"


def represented(value, method):
    if isinstance(value, type):
        return None
    try:
        return getattr(value, method)()
    except Exception:
        # What cannot be drawn is printed.
        return None
