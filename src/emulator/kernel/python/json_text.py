# JSON as Spark's parser takes it: like Python's, but numbers keep their text, and single quotes are quotes too.
import json
import re

STRINGS = {
    '"': re.compile(r'"((?:[^"\\\x00-\x1f]|\\.)*)"', re.S),
    "'": re.compile(r"'((?:[^'\\\x00-\x1f]|\\.)*)'", re.S),
}
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?(?![0-9A-Za-z_.])")
WORD = re.compile(r"(?:true|false|null|NaN|[+-]?Infinity|[+-]INF)(?![0-9A-Za-z_])")
SPACE = re.compile(r"[ \t\r\n]*")
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.S)
LETTERS = {'"': '"', "'": "'", "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
WORDS = {"true": True, "false": False, "null": None}


class Number(str):
    """A number as it is written."""


class Float(Number):
    """One with a fraction or an exponent."""


class Special(Float):
    """NaN and the infinities."""


class Object(dict):
    """An object with the text that it was made from, and a name that was there twice."""

    source = None
    double_name = None


class Array(list):
    source = None


class Malformed(ValueError):
    """No JSON. `depth` is how many objects and arrays were open."""

    depth = 0


def made_object(pairs):
    made = Object(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        made.double_name = next(name for name in names if names.count(name) > 1)
    return made


FAST = json.JSONDecoder(object_pairs_hook=made_object, parse_int=Number, parse_float=Float, parse_constant=Special)


def parse(text):
    """The first value of the text; what follows it is not read. Raises Malformed."""
    start = SPACE.match(text).end()
    try:
        return FAST.raw_decode(text, start)[0]
    except ValueError:
        return Parser(text).root()
    except RecursionError:
        raise Malformed("nested too deeply") from None


def parse_with_source(text):
    """The same, and objects and arrays know the text that they were made from."""
    return Parser(text).root()


class Parser:
    def __init__(self, text):
        self.text = text
        self.depth = 0

    def root(self):
        """The first value of the text. Raises Malformed."""
        try:
            return self.value(self.skip(0))[0]
        except Malformed as fault:
            fault.depth = self.depth
            raise

    def value(self, at):
        """(value, end)."""
        letter = self.text[at:at + 1]
        if letter in STRINGS:
            return self.string(at)
        if letter in ("{", "["):
            self.depth += 1
            made = self.object(at) if letter == "{" else self.array(at)
            self.depth -= 1
            return made
        found = NUMBER.match(self.text, at)
        if found:
            whole = found.group(1) is None and found.group(2) is None
            return (Number if whole else Float)(found.group(0)), found.end()
        found = WORD.match(self.text, at)
        if found is None:
            raise Malformed("no value at %d" % at)
        word = found.group(0)
        return (WORDS[word] if word in WORDS else Special(word)), found.end()

    def string(self, at):
        found = STRINGS[self.text[at]].match(self.text, at)
        if found is None:
            raise Malformed("a text without an end at %d" % at)
        inner = found.group(1)
        if "\\" not in inner:
            return inner, found.end()
        plain = ESCAPE.sub(unescaped, inner)
        return plain.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"), found.end()

    def object(self, at):
        pairs, begin = [], at
        at = self.skip(at + 1)
        while self.text[at:at + 1] != "}":
            if self.text[at:at + 1] not in STRINGS or not self.text[at:at + 1]:
                raise Malformed("no name at %d" % at)
            name, at = self.string(at)
            value, at = self.value(self.skip(self.past(":", self.skip(at))))
            pairs.append((name, value))
            at = self.next_item(at, "}")
        made = made_object(pairs)
        made.source = self.text[begin:at + 1]
        return made, at + 1

    def array(self, at):
        made, begin = Array(), at
        at = self.skip(at + 1)
        while self.text[at:at + 1] != "]":
            value, at = self.value(at)
            made.append(value)
            at = self.next_item(at, "]")
        made.source = self.text[begin:at + 1]
        return made, at + 1

    def next_item(self, at, end):
        at = self.skip(at)
        if self.text[at:at + 1] == end:
            return at
        at = self.skip(self.past(",", at))
        if self.text[at:at + 1] == end:
            raise Malformed("nothing after a comma at %d" % at)
        return at

    def past(self, mark, at):
        if self.text[at:at + 1] != mark:
            raise Malformed("no %s at %d" % (mark, at))
        return at + 1

    def skip(self, at):
        return SPACE.match(self.text, at).end()


def unescaped(found):
    what = found.group(1)
    if len(what) == 5:
        return chr(int(what[1:], 16))
    if what not in LETTERS:
        raise Malformed("an unknown escape \\%s" % what)
    return LETTERS[what]
