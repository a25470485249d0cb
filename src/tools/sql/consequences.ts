// What the tools that run SQL lose and write, told from the text of the statements before it is sent.
import { question, type Question } from "../question.ts";
import type { Target } from "../targets.ts";
import { asOne, lossesOf } from "./text/losses.ts";
import type { Place } from "./text/objects.ts";
import { splitStatements } from "./text/split.ts";
import { writtenByAll } from "./text/written.ts";

interface SqlInput extends Place {
  readonly sql: string;
  /** Values of markers: a name may be made from them. */
  readonly parameters?: Readonly<Record<string, string | number | boolean | null>> | undefined;
}

/** The question to ask before these statements run; undefined where they lose nothing. Throws `invalid_input` as running does. */
export function sqlLosses({ sql, catalog, schema, parameters = {} }: SqlInput): Question | undefined {
  const statements = splitStatements(sql);
  const asked = asOne(lossesOf(statements, { catalog, schema }), statements.length);
  const values = Object.entries(parameters).map(([name, value]) => `${name}: ${String(value)}`);
  if (asked === undefined || values.length === 0) return asked;
  return `${asked} ${question`With ${values}.`}` as Question;
}

/** All that these statements write. Throws `invalid_input` as running does. */
export function sqlTargets({ sql, catalog, schema }: SqlInput): readonly Target[] {
  return writtenByAll(splitStatements(sql), { catalog, schema });
}
