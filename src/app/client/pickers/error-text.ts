// An error as one sentence for a narrow place, with what to do.
import type { ErrorShape } from "../../contract/events.ts";

export function errorText(error: ErrorShape | undefined): string | undefined {
  if (error === undefined) return undefined;
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}
