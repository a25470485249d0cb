// What the tools that run SQL lose and write, told from the text of the statements before it is sent.
import type { Question } from "../question.ts";
import type { Target } from "../targets.ts";
import { asOne, lossesOf } from "./text/losses.ts";
import type { Place } from "./text/objects.ts";
import { splitStatements } from "./text/split.ts";
import { writtenByAll } from "./text/written.ts";

interface SqlInput extends Place {
  readonly sql: string;
}

/** The question to ask before these statements run; undefined where they lose nothing. Throws `invalid_input` as running does. */
export function sqlLosses({ sql, catalog, schema }: SqlInput): Question | undefined {
  const statements = splitStatements(sql);
  return asOne(lossesOf(statements, { catalog, schema }), statements.length);
}

/** All that these statements write. Throws `invalid_input` as running does. */
export function sqlTargets({ sql, catalog, schema }: SqlInput): readonly Target[] {
  return writtenByAll(splitStatements(sql), { catalog, schema });
}
