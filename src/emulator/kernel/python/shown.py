# The table that DataFrame.show prints.
from mortar_kernel.values import shown


def show_text(schema, rows, limit, width):
    """Spark's own drawing: `width` characters a cell, 0 for all of them."""
    kinds = [field.dataType for field in schema.fields]
    cells = [[clean(name) for name in schema.names]]
    for row in rows[:limit]:
        cells.append([cut(clean(shown(value, kind)), width) for value, kind in zip(tuple(row), kinds)])
    widths = [max([3] + [screen_width(line[i]) for line in cells]) for i in range(len(kinds))]
    rule = "+" + "".join("-" * size + "+" for size in widths)
    drawn = [rule]
    for number, line in enumerate(cells):
        drawn.append("|" + "".join(pad(cell, size, width > 0) + "|" for cell, size in zip(line, widths)))
        if number == 0:
            drawn.append(rule)
    drawn.append(rule)
    text = "\n".join(drawn) + "\n"
    if len(rows) > limit:
        text += "only showing top %d row%s\n" % (limit, "" if limit == 1 else "s")
    return text


def clean(text):
    return text.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def cut(text, width):
    if width <= 0 or len(text) <= width:
        return text
    return text[:width] if width < 4 else text[: width - 3] + "..."


def pad(text, size, to_the_right):
    room = " " * (size - screen_width(text))
    return room + text if to_the_right else text + room


def screen_width(text):
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
