// Which types of a column ALTER TABLE may change into which.
import { invalidStatement } from "../faults.ts";
import { typeText, type DataType } from "../types.ts";

const widenings: Readonly<Record<string, readonly string[]>> = {
  byte: ["short", "int", "long"],
  short: ["int", "long"],
  int: ["long", "double"],
  float: ["double"],
  date: ["timestamp_ntz"],
};

/** Throws DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP unless every value of `from` is one of `to`. */
export function requireWider(from: DataType, to: DataType, name: string): void {
  const wider = widenings[from.kind]?.includes(to.kind) === true;
  const sameScale =
    from.kind === "decimal" &&
    to.kind === "decimal" &&
    to.scale >= from.scale &&
    to.precision - to.scale >= from.precision - from.scale;
  if (wider || sameScale || typeText(from) === typeText(to)) return;
  throw invalidStatement(
    "DELTA_UNSUPPORTED_ALTER_TABLE_CHANGE_COL_OP",
    "0AKDC",
    `ALTER TABLE CHANGE COLUMN is not supported for changing column ${name} from ${typeText(from)} to ${typeText(to)}.`,
  );
}
