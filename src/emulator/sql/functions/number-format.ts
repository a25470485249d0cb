// Numbers with their digits in threes: format_number.
import { coerce, type Typed } from "../analyze/context.ts";
import { bind, macro } from "../macros.ts";
import { isFloating, types, type DataType } from "../types.ts";

/** Halves go to the even digit, as Java's formats have it. */
export function formatNumber(piece: Typed, type: DataType, places: number): string {
  if (isFloating(type)) {
    const shown = (x: string): string => `format('{:,.${places}f}', ${x})`;
    const named = (x: string): string =>
      `CASE WHEN isnan(${x}) THEN 'NaN' WHEN isinf(${x}) THEN CASE WHEN ${x} < 0 THEN '-∞' ELSE '∞' END ELSE ${shown(x)} END`;
    return bind(coerce(piece, types.double), named);
  }
  const scale = type.kind === "decimal" ? type.scale : 0;
  const kept = Math.min(scale, places);
  const digits = macro("decimal_digits", `CAST(${piece.sql} AS VARCHAR)`);
  const rounded = macro("half_even", digits, `CAST(1${"0".repeat(scale - kept)} AS HUGEINT)`);
  const padding = "0".repeat(places - kept);
  const unit = `CAST(1${"0".repeat(kept)} AS HUGEINT)`;
  const text = (x: string): string => {
    const whole = macro("grouped_digits", `CAST(abs(${x}) // ${unit} AS VARCHAR)`);
    const fraction =
      kept === 0 ? `'${padding}'` : `lpad(CAST(abs(${x}) % ${unit} AS VARCHAR), ${kept}, '0') || '${padding}'`;
    return `CASE WHEN ${x} < 0 THEN '-' ELSE '' END || ${whole}${places === 0 ? "" : ` || '.' || ${fraction}`}`;
  };
  return bind(rounded, (x) => `CASE WHEN ${x} IS NOT NULL THEN ${text(x)} END`);
}
