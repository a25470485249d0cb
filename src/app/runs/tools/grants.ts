// What was allowed to an agent and not yet done: our tools look for themselves, whatever the agent's program asks or leaves out.
import { isDeepStrictEqual } from "node:util";

export interface Grants {
  /** This call may be made once. */
  give(toolName: string, input: unknown): void;
  /** Whether this very call was allowed; it is spent then. */
  take(toolName: string, input: unknown): boolean;
}

/** An agent that asks and never calls fills no memory. */
const mostOpen = 100;

export function createGrants(): Grants {
  const open: { readonly toolName: string; readonly input: unknown }[] = [];
  return {
    give: (toolName, input) => {
      open.push({ toolName, input });
      if (open.length > mostOpen) open.shift();
    },
    take: (toolName, input) => {
      const at = open.findIndex((one) => one.toolName === toolName && isDeepStrictEqual(one.input, input));
      if (at === -1) return false;
      open.splice(at, 1);
      return true;
    },
  };
}
