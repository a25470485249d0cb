// Date and time patterns of the warehouse (`yyyy-MM-dd`), as DuckDB formats and as shapes that a text must have.
import { unsupported } from "../faults.ts";

interface Field {
  /** For strftime and strptime. */
  readonly format: string;
  /** What a text must look like to be parsed by it; undefined where parsing is refused. */
  readonly shape: string | undefined;
}

const fields: Readonly<Record<string, Field>> = {
  yyyy: { format: "%Y", shape: "[0-9]{4}" },
  yy: { format: "%y", shape: undefined },
  MM: { format: "%m", shape: "[0-9]{2}" },
  M: { format: "%-m", shape: "[0-9]{1,2}" },
  MMM: { format: "%b", shape: "[A-Z][a-z]{2}" },
  MMMM: { format: "%B", shape: "[A-Z][a-z]+" },
  dd: { format: "%d", shape: "[0-9]{2}" },
  d: { format: "%-d", shape: "[0-9]{1,2}" },
  HH: { format: "%H", shape: "[0-9]{2}" },
  H: { format: "%-H", shape: "[0-9]{1,2}" },
  hh: { format: "%I", shape: "[0-9]{2}" },
  h: { format: "%-I", shape: "[0-9]{1,2}" },
  mm: { format: "%M", shape: "[0-9]{2}" },
  m: { format: "%-M", shape: "[0-9]{1,2}" },
  ss: { format: "%S", shape: "[0-9]{2}" },
  s: { format: "%-S", shape: "[0-9]{1,2}" },
  SSS: { format: "%g", shape: "[0-9]{3}" },
  SSSSSS: { format: "%f", shape: "[0-9]{6}" },
  a: { format: "%p", shape: "AM|PM" },
  E: { format: "%a", shape: undefined },
  EE: { format: "%a", shape: undefined },
  EEE: { format: "%a", shape: undefined },
  EEEE: { format: "%A", shape: undefined },
  D: { format: "%-j", shape: undefined },
  DDD: { format: "%j", shape: undefined },
  XXX: { format: "Z", shape: undefined },
  X: { format: "Z", shape: undefined },
  Z: { format: "+0000", shape: undefined },
  VV: { format: "Etc/UTC", shape: undefined },
};

export interface TimePattern {
  readonly format: string;
  /** A regular expression for the whole text; undefined where the pattern cannot be used to parse. */
  readonly shape: string | undefined;
}

/** Reads a pattern. Throws UNSUPPORTED_FEATURE that names a letter the emulator does not know. */
export function readPattern(pattern: string): TimePattern {
  let format = "";
  let shape: string | undefined = "";
  const literal = (text: string): void => {
    format += text.replaceAll("%", "%%");
    shape = shape === undefined ? undefined : shape + text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
  };
  const tokens = pattern.matchAll(/'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/g);
  for (const token of tokens) {
    if (token[1] !== undefined) literal(token[1] === "" ? "'" : token[1].replaceAll("''", "'"));
    else if (token[2] === undefined) {
      if ("[]#{}".includes(token[0])) throw unsupported(`"${token[0]}" in the time pattern ${pattern}`);
      literal(token[0]);
    } else {
      const field = fields[token[0]];
      if (field === undefined) throw unsupported(`"${token[0]}" in the time pattern ${pattern}`);
      format += field.format;
      shape = shape === undefined || field.shape === undefined ? undefined : `${shape}(${field.shape})`;
    }
  }
  return { format, shape };
}
