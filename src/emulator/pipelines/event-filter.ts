// The filter of a list of events: comparisons of level, id and timestamp, joined by AND.
import { ApiFault } from "../http/route.ts";
import type { EventDocument } from "./documents.ts";

type Test = (event: EventDocument) => boolean;

const comparison = /^(level|id|timestamp|event_type)\s*(=|!=|<>|<=|>=|<|>)\s*'([^']*)'$/i;
const membership = /^(level|id|event_type)\s+(not\s+)?in\s*\(\s*('[^']*'(?:\s*,\s*'[^']*')*)\s*\)$/i;

/** Throws ApiFault 400 for what it does not understand. */
export function eventFilter(filter: string | null): Test {
  if (filter === null || filter.trim() === "") return () => true;
  const tests = filter.split(/\s+and\s+/i).map((part) => testOf(part.trim(), filter));
  return (event) => tests.every((test) => test(event));
}

function testOf(part: string, whole: string): Test {
  const one = comparison.exec(part);
  if (one !== null) return compared(one[1]?.toLowerCase() ?? "", one[2] ?? "=", one[3] ?? "", whole);
  const several = membership.exec(part);
  if (several === null) throw refused(whole);
  const [, field = "", not, list = ""] = several;
  const values = [...list.matchAll(/'([^']*)'/g)].map((match) => match[1]);
  const value = valueOf(field.toLowerCase());
  return (event) => values.includes(value(event)) === (not === undefined);
}

function compared(field: string, operator: string, wanted: string, whole: string): Test {
  if (field === "timestamp") {
    const at = Date.parse(wanted);
    if (Number.isNaN(at)) throw refused(whole);
    return (event) => holds(operator, event.at - at);
  }
  const value = valueOf(field);
  if (operator === "=") return (event) => value(event) === wanted;
  if (operator === "!=" || operator === "<>") return (event) => value(event) !== wanted;
  throw refused(whole);
}

function holds(operator: string, difference: number): boolean {
  const results: Readonly<Record<string, boolean>> = {
    "=": difference === 0,
    "!=": difference !== 0,
    "<>": difference !== 0,
    "<": difference < 0,
    ">": difference > 0,
    "<=": difference <= 0,
    ">=": difference >= 0,
  };
  return results[operator] === true;
}

function valueOf(field: string): (event: EventDocument) => string {
  if (field === "level") return ({ level }) => level;
  return field === "id" ? ({ id }) => id : ({ type }) => type;
}

function refused(filter: string): ApiFault {
  return new ApiFault(400, "INVALID_PARAMETER_VALUE", `Invalid filter expression: ${filter}`);
}
