// The refusals of a warehouse, each made in one place so that class, SQLSTATE and wording agree.
import { SqlFault } from "./engine.ts";

const unsupportedHint = "The emulator does not support";

/** `what` is a construct's own name: `LATERAL VIEW`, `the function from_json`. */
export function unsupported(what: string): SqlFault {
  return new SqlFault("UNSUPPORTED_FEATURE", "0A000", `${unsupportedHint} ${what}.`);
}

/** Where in the statement a token stands: line from 1, column from 0, as the warehouse counts. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function syntaxError(near: string, place: Place, hint = ""): SqlFault {
  const where = near === "" ? "end of input" : `'${near}'`;
  return new SqlFault(
    "PARSE_SYNTAX_ERROR",
    "42601",
    `Syntax error at or near ${where}${hint === "" ? "" : `: ${hint}`}. (line ${place.line}, pos ${place.column})`,
  );
}

export function unresolvedColumn(name: string, suggestions: readonly string[]): SqlFault {
  if (suggestions.length === 0) {
    return new SqlFault(
      "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
      "42703",
      `A column, variable, or function parameter with name ${name} cannot be resolved.`,
    );
  }
  return new SqlFault(
    "UNRESOLVED_COLUMN.WITH_SUGGESTION",
    "42703",
    `A column, variable, or function parameter with name ${name} cannot be resolved. ` +
      `Did you mean one of the following? [${suggestions.join(", ")}].`,
  );
}

export function ambiguousColumn(name: string, choices: readonly string[]): SqlFault {
  return new SqlFault(
    "AMBIGUOUS_REFERENCE",
    "42704",
    `Reference ${name} is ambiguous, could be: [${choices.join(", ")}].`,
  );
}

export function tableNotFound(name: string): SqlFault {
  return new SqlFault(
    "TABLE_OR_VIEW_NOT_FOUND",
    "42P01",
    `The table or view ${name} cannot be found. Verify the spelling and correctness of the schema and catalog. ` +
      "If you did not qualify the name with a schema, verify the current_schema() output, or qualify the name with the correct schema and catalog. " +
      "To tolerate the error on drop use DROP VIEW IF EXISTS or DROP TABLE IF EXISTS.",
  );
}

export function schemaNotFound(name: string): SqlFault {
  return new SqlFault(
    "SCHEMA_NOT_FOUND",
    "42704",
    `The schema ${name} cannot be found. Verify the spelling and correctness of the schema and catalog. ` +
      "If you did not qualify the name with a catalog, verify the current_schema() output, or qualify the name with the correct catalog. " +
      "To tolerate the error on drop use DROP SCHEMA IF EXISTS.",
  );
}

export function catalogNotFound(name: string): SqlFault {
  return new SqlFault("NO_SUCH_CATALOG_EXCEPTION", "42704", `Catalog '${name}' was not found.`);
}

export function alreadyExists(
  kind: "TABLE_OR_VIEW" | "SCHEMA" | "CATALOG" | "VOLUME" | "COLUMN" | "ROUTINE" | "CONNECTION",
  name: string,
): SqlFault {
  const state = {
    TABLE_OR_VIEW: "42P07",
    SCHEMA: "42P06",
    CATALOG: "42710",
    VOLUME: "42000",
    COLUMN: "42711",
    ROUTINE: "42723",
    CONNECTION: "42000",
  }[kind];
  const word = kind === "TABLE_OR_VIEW" ? "table or view" : kind.toLowerCase();
  return new SqlFault(
    `${kind}_ALREADY_EXISTS`,
    state,
    `Cannot create ${word} ${name} because it already exists. ` +
      "Choose a different name, drop or replace the existing object, or add the IF NOT EXISTS clause to tolerate pre-existing objects.",
  );
}

export function unresolvedRoutine(name: string): SqlFault {
  return new SqlFault(
    "UNRESOLVED_ROUTINE",
    "42883",
    `Cannot resolve routine \`${name}\`: the emulator does not support this function. The supported ones are listed in docs/emulator-sql.md.`,
  );
}

/** For a function in a schema, which nobody has made. */
export function routineNotFound(path: readonly string[]): SqlFault {
  const name = path.map((part) => `\`${part.replaceAll("`", "``")}\``).join(".");
  return new SqlFault(
    "UNRESOLVED_ROUTINE",
    "42883",
    `Cannot resolve routine ${name}. Verify the spelling of ${name}, check that the routine exists, and confirm you have \`USE\` privilege on the catalog and schema, and EXECUTE on the routine.`,
  );
}

export function wrongArguments(name: string, expected: string, actual: number): SqlFault {
  return new SqlFault(
    "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
    "42605",
    `The \`${name}\` requires ${expected} parameters but the actual number is ${actual}.`,
  );
}

export function typeMismatch(expression: string, reason: string): SqlFault {
  return new SqlFault(
    "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
    "42K09",
    `Cannot resolve "${expression}" due to data type mismatch: ${reason}.`,
  );
}

export function cannotCast(expression: string, from: string, to: string): SqlFault {
  return new SqlFault(
    "DATATYPE_MISMATCH.CAST_WITHOUT_SUGGESTION",
    "42K09",
    `Cannot resolve "${expression}" due to data type mismatch: cannot cast "${from}" to "${to}".`,
  );
}

export function invalidStatement(errorClass: string, state: string, message: string): SqlFault {
  return new SqlFault(errorClass, state, message);
}

export function unboundParameter(name: string): SqlFault {
  return new SqlFault(
    "UNBOUND_SQL_PARAMETER",
    "42P02",
    `Found the unbound parameter: ${name}. Please, fix \`args\` and provide a mapping of the parameter to a value.`,
  );
}
