# Texts of a file as values of Spark's types: None is what Spark makes of a text that does not fit.
import datetime
import decimal
import re

from mortar_kernel import types as t
from mortar_kernel.refusals import no_use
from mortar_kernel.values import INTEGERS, single

WHOLE = re.compile(r"[+-]?\d+\Z")
DOUBLE = re.compile(r"[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)\Z")
HEX_DOUBLE = re.compile(r"[+-]?0[xX](?:[0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+[fFdD]?\Z")
DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\Z")
DATE = re.compile(r"([+-]?)(\d{4,7})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T].*)?)?)?\Z", re.S | re.A)
TIME = r"(\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?(?P<zone>\s*(?:Z|[+-]\d{1,2}(?::?\d{1,2})?(?::?\d{2})?|[A-Z][A-Za-z_]*(?:/[A-Za-z_/+\-0-9]+)?))?)?)?"
TIMESTAMP = re.compile(r"([+-]?)(\d{4,6})(?:-(\d{1,2})(?:-(\d{1,2})(?:[ T]%s)?)?)?\Z" % TIME, re.A)
CLOCK = re.compile(r"T?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d*))?)?\Z", re.A)
SPACES = "".join(map(chr, range(33)))
EXACT = decimal.Context(prec=200)


def integer(text, bits):
    if not WHOLE.match(text):
        return None
    value = int(text)
    return value if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1) else None


def double(text):
    if text in ("Inf", "-Inf"):
        return float(text)
    text = text.strip(SPACES)
    if DOUBLE.match(text):
        return float(text.rstrip("fFdD") if text[-1] in "fFdD" else text)
    return float.fromhex(text.rstrip("dD")) if HEX_DOUBLE.match(text) and text[-1] not in "fF" else None


def exact(text):
    """A decimal of any size, or None."""
    text = text.replace(",", "")
    return EXACT.create_decimal(text) if DECIMAL.match(text) else None


def fitted(value, data_type):
    """A decimal rounded to the scale of the type, or None where it is too large for it."""
    if value is None or value.adjusted() > 60:
        return None
    rounded = value.quantize(decimal.Decimal(1).scaleb(-data_type.scale), decimal.ROUND_HALF_UP, EXACT)
    if rounded == 0:
        return abs(rounded)
    return rounded if rounded.adjusted() + 1 <= data_type.precision - data_type.scale else None


def date(text):
    found = DATE.match(text.strip(SPACES))
    return None if found is None else made_date(*found.groups())


def made_date(sign, year, month, day):
    if sign == "-" or not 1 <= int(year) <= 9999:
        raise no_use("a date in the year %s%s" % (sign, year))
    try:
        return datetime.date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def timestamp(text, has_zone=True):
    """A datetime in UTC, or, where the type has no zone, the one that is written; None for any other text."""
    text = text.strip(SPACES)
    found = TIMESTAMP.match(text)
    if found is None:
        return clock(text) if has_zone else None
    sign, year, month, day, hour, minute, second, fraction, zone = found.groups()
    if zone is not None and not has_zone:
        return None
    day = made_date(sign, year, month, day)
    moment = None if day is None else on_day(day, hour, minute, second, fraction)
    return moment if moment is None or zone is None else zoned(moment, zone.strip())


def on_day(day, hour, minute, second, fraction):
    try:
        micros = int(((fraction or "") + "000000")[:6])
        return datetime.datetime(day.year, day.month, day.day, int(hour or 0), int(minute or 0), int(second or 0), micros)
    except ValueError:
        return None


def clock(text):
    """A time alone is a time of today."""
    found = CLOCK.match(text)
    if found is None:
        return None
    return on_day(datetime.datetime.now(datetime.timezone.utc).date(), *found.groups())


def zoned(moment, zone):
    if zone in ("Z", "UTC", "GMT"):
        return moment
    offset = re.match(r"([+-])(\d{1,2})(?::?(\d{1,2}))?(?::?(\d{2}))?\Z", zone)
    if offset is not None:
        sign, hours, minutes, seconds = offset.groups()
        span = datetime.timedelta(hours=int(hours), minutes=int(minutes or 0), seconds=int(seconds or 0))
        if span > datetime.timedelta(hours=18) or int(minutes or 0) > 59:
            return None
        return moment - span if sign == "+" else moment + span
    try:
        import zoneinfo

        there = moment.replace(tzinfo=zoneinfo.ZoneInfo(zone))
    except Exception:
        raise no_use("the time zone %r in a timestamp" % zone) from None
    return there.astimezone(datetime.timezone.utc).replace(tzinfo=None)


def from_csv(text, data_type):
    """One text of a CSV file as a value of the type; None where Spark gives NULL for it."""
    if isinstance(data_type, t.StringType):
        return text
    if isinstance(data_type, INTEGERS):
        return integer(text, data_type.bits)
    if isinstance(data_type, t.DoubleType):
        return double(text)
    if isinstance(data_type, t.FloatType):
        return single(double(text))
    if isinstance(data_type, t.DecimalType):
        return fitted(exact(text), data_type)
    if isinstance(data_type, t.BooleanType):
        return {"true": True, "false": False}.get(text.lower())
    if isinstance(data_type, t.DateType):
        return date(text)
    if isinstance(data_type, (t.TimestampType, t.TimestampNTZType)):
        return timestamp(text, isinstance(data_type, t.TimestampType))
    if isinstance(data_type, t.BinaryType):
        return text.encode("utf-8")
    return None
