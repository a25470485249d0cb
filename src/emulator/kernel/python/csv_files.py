# CSV as Spark reads it: records, names and types.
import re

from mortar_kernel import text_values
from mortar_kernel import types as t
from mortar_kernel.refusals import no_use

STRICT_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.A)
LINE_END = re.compile(r"\r\n|\n|\r")


class Dialect:
    """How fields are told apart: separator, quote and escape are one letter, or empty for none."""

    def __init__(self, sep, quote, escape, trims, comment):
        self.sep = sep
        self.quote = quote
        self.escape = escape
        self.trims = trims
        self.comment = comment


def lines_of(text):
    lines = LINE_END.split(text)
    return lines[:-1] if lines[-1] == "" else lines


def records_of(text, dialect, multi_line):
    """The records of one file, each a list of texts; an empty field that is not quoted is None."""
    if multi_line:
        return long_records(text, dialect)
    kept = (line for line in lines_of(text) if line.strip(text_values.SPACES) and not is_comment(line, dialect))
    return [fields_of(line, dialect) for line in kept]


def is_comment(line, dialect):
    return dialect.comment != "" and line.startswith(dialect.comment)


def fields_of(line, dialect):
    if not dialect.quote or dialect.quote not in line:
        parts = line.split(dialect.sep)
        return [part.strip(text_values.SPACES) or None for part in parts] if dialect.trims else [part or None for part in parts]
    return Scanner(line, dialect, None).record()


def long_records(text, dialect):
    first = LINE_END.search(text)
    scanner = Scanner(text, dialect, first.group(0) if first else "\n")
    records = []
    while scanner.at < len(text):
        if scanner.skips_line():
            continue
        records.append(scanner.record())
    return records


class Scanner:
    """Reads records from a text; `end` is what ends one, None where the text is one record."""

    def __init__(self, text, dialect, end):
        self.text = text
        self.dialect = dialect
        self.end = end
        self.at = 0
        self.stop = re.compile("|".join(re.escape(mark) for mark in (dialect.sep, end) if mark))

    def skips_line(self):
        """Steps over an empty line or a comment."""
        if self.text.startswith(self.end, self.at):
            self.at += len(self.end)
            return True
        if not is_comment(self.text[self.at:self.at + 1], self.dialect):
            return False
        found = self.text.find(self.end, self.at)
        self.at = len(self.text) if found < 0 else found + len(self.end)
        return True

    def record(self):
        fields = [self.field()]
        while self.text.startswith(self.dialect.sep, self.at):
            self.at += len(self.dialect.sep)
            fields.append(self.field())
        if self.end is not None and self.text.startswith(self.end, self.at):
            self.at += len(self.end)
        return fields

    def field(self):
        if self.dialect.trims:
            self.at = self.after_spaces(self.at)
        if self.dialect.quote and self.text.startswith(self.dialect.quote, self.at):
            return self.quoted()
        value = self.plain()
        return (value.strip(text_values.SPACES) if self.dialect.trims else value) or None

    def plain(self):
        found = self.stop.search(self.text, self.at)
        begin, self.at = self.at, len(self.text) if found is None else found.start()
        return self.text[begin:self.at]

    def quoted(self):
        text, quote, escape = self.text, self.dialect.quote, self.dialect.escape
        kept, at = [], self.at + 1
        while at < len(text):
            letter, after = text[at], text[at + 1:at + 2]
            if letter == escape and after == quote and (escape != quote or after):
                kept.append(quote)
                at += 2
            elif letter == escape and escape != quote and after == escape:
                kept.append(escape)
                at += 2
            elif letter == quote:
                past = self.after_spaces(at + 1)
                if past == len(text) or self.stop.match(text, past):
                    self.at = past
                    # Spark keeps the line ends within quotes, but for those of two letters.
                    return "".join(kept).replace("\r\n", "\n") if self.end == "\r\n" else "".join(kept)
                return self.unescaped("".join(kept), at)
            else:
                kept.append(letter)
                at += 1
        if self.end is not None or escape in kept or self.dialect.trims:
            raise no_use("spark.read of a CSV file with a quoted field that has no end")
        self.at = len(text)
        return "".join(kept) or quote

    def unescaped(self, kept, at):
        """A quote inside of a quoted field: Spark then takes all up to the separator, quotes included.

        Where more than that is wrong with the field it gives what nobody can foresee, and that is refused.
        """
        begin, self.at = self.at, at
        rest = self.plain()
        whole = self.text[begin:self.at]
        is_plain = self.end is None and not self.dialect.trims and rest.strip(self.dialect.quote) != ""
        has_escape = self.dialect.escape in whole and self.dialect.escape != self.dialect.quote
        if not is_plain or has_escape or any(part[:1] and part[0] <= " " for part in whole.split(self.dialect.quote)[2:]):
            raise no_use("spark.read of a CSV file with a quote that is not escaped inside of a quoted field (\"escape\" set to the quote "
                "reads doubled quotes)")
        return self.dialect.quote + kept + rest

    def after_spaces(self, at):
        while at < len(self.text) and self.text[at] <= " " and not self.stop.match(self.text, at):
            at += 1
        return at


def safe_names(row, options):
    """Names from a header: what is empty is named by its place, what is there twice gets its place added."""
    seen = {}
    for name in row:
        if name is not None:
            seen[name.lower()] = seen.get(name.lower(), 0) + 1
    names = []
    for place, name in enumerate(row):
        if name is None or name == "" or name == options.null_value:
            names.append("_c%d" % place)
        else:
            names.append("%s%d" % (name, place) if seen[name.lower()] > 1 else name)
    return names


class CsvOptions:
    def __init__(self, dialect, header, infers, multi_line, null_value):
        self.dialect = dialect
        self.header = header
        self.infers = infers
        self.multi_line = multi_line
        self.null_value = null_value


def read_csv(texts, options, schema):
    """(schema, rows) of the files."""
    whole = [records_of(text, options.dialect, options.multi_line) for text in texts]
    first = next((records[0] for records in whole if records), None)
    files = [records[1:] for records in whole] if options.header else whole
    if schema is None:
        if first is None:
            return t.StructType([]), []
        names = safe_names(first, options) if options.header else ["_c%d" % place for place in range(len(first))]
        # Spark leaves the first header out when it looks for types, and no other one.
        seen = [[record for record in records if record != first] for records in whole] if options.header and not options.multi_line else files
        kinds = inferred(seen, len(names), options) if options.infers else [t.StringType()] * len(names)
        schema = t.StructType([t.StructField(name, kind) for name, kind in zip(names, kinds)])
    kinds = [field.dataType for field in schema.fields]
    return schema, [row_of(record, kinds, options.null_value) for records in files for record in records]


def row_of(record, kinds, null_value):
    row = [
        None if text is None or text == null_value else text_values.from_csv(text, kind)
        for text, kind in zip(record, kinds)
    ]
    return row + [None] * (len(kinds) - len(row))


def inferred(files, width, options):
    found = [None] * width
    for records in files:
        for record in records:
            for place, text in enumerate(record[:width]):
                if text and text != options.null_value and not isinstance(found[place], t.StringType):
                    found[place] = merged(found[place], text)
    return [t.StringType() if kind is None else kind for kind in found]


# The types that are tried, in this order, from the one that the column has so far.
ORDER = (t.IntegerType, t.LongType, t.DecimalType, t.DoubleType, t.DateType, t.TimestampType, t.BooleanType)


def merged(so_far, text):
    begin = 0 if so_far is None else ORDER.index(type(so_far))
    found = next((kind for kind in (tried(order, text) for order in ORDER[begin:]) if kind is not None), t.StringType())
    return found if so_far is None else wider(so_far, found)


def tried(order, text):
    if order is t.DecimalType:
        value = None if "," in text else text_values.exact(text)
        exponent = None if value is None else value.as_tuple().exponent
        digits = 0 if value is None else len(value.as_tuple().digits)
        return t.DecimalType(digits, 0) if exponent == 0 and digits <= 38 else None
    if order is t.DateType:
        return t.DateType() if STRICT_DATE.match(text) and text_values.date(text) is not None else None
    return None if text_values.from_csv(text, order()) is None else order()


def wider(left, right):
    """The type that holds both, as Spark's inference widens."""
    if left == right:
        return left
    for kind in (t.DoubleType, t.TimestampType):
        family = (t.IntegerType, t.LongType, t.DecimalType, t.DoubleType) if kind is t.DoubleType else (t.DateType, t.TimestampType)
        if (isinstance(left, kind) or isinstance(right, kind)) and isinstance(left, family) and isinstance(right, family):
            return kind()
    if isinstance(left, t.DecimalType) or isinstance(right, t.DecimalType):
        sizes = [whole_digits(kind) for kind in (left, right)]
        return t.StringType() if None in sizes else t.DecimalType(max(sizes), 0)
    both = {type(left), type(right)}
    return t.LongType() if both == {t.IntegerType, t.LongType} else t.StringType()


def whole_digits(kind):
    return {t.IntegerType: 10, t.LongType: 20}.get(type(kind), getattr(kind, "precision", None))
