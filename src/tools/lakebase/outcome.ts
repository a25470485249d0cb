// What every tool that changes something in Lakebase tells.
import * as z from "zod";
import { fieldLines, fieldText } from "../text.ts";
import type { Operated } from "./lakebase-api.ts";

export const changedFields = {
  name: z.string(),
  state: z.enum(["done", "going_on"]),
  operation: z.string().optional(),
  hint: z.string().optional(),
};

export function changed(name: string, { done, operation }: Operated, hint?: string) {
  const goingOn = "It goes on. `get_lakebase_database` shows when it is through.";
  return { name, state: done ? ("done" as const) : ("going_on" as const), operation, hint: done ? hint : goingOn };
}

export const changedText = (output: Parameters<typeof fieldLines>[0]): string => fieldText(fieldLines(output));
