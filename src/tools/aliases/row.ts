// An older tool as data: its name, the generations that had it so, its parameters, and to which of ours its arguments lead.
import type { JsonObject } from "../../platform/json.ts";
import type { Generation } from "../naming.ts";
import type { ToolsetName } from "../toolset-names.ts";

export type Arguments = Readonly<Record<string, unknown>>;

/** A call of one of our tools. */
export interface Call {
  readonly tool: string;
  readonly arguments: Arguments;
}

/** What older arguments lead to. */
export type Route =
  /** One call; where it worked, `after` says what the older tool did besides, from what the call gave. */
  | (Call & { readonly after?: ((given: Arguments) => Call | undefined) | undefined })
  /** A reading call first, whose answer (undefined where there is no such thing) says how it goes on. */
  | { readonly look: Call; readonly next: (found: Arguments | undefined) => Route }
  /** Several reading calls, answered together. */
  | { readonly each: readonly Call[] }
  /** Nothing of ours does that: why, and what to use instead. */
  | { readonly refused: string; readonly hint: string };

export interface Around {
  readonly readOnly: boolean;
}

/** From the arguments to the route, with all the tools that a route may lead to. */
export interface Router {
  readonly tools: readonly string[];
  route(args: OlderArguments, around: Around): Route;
}

/** Arguments that fit the row's parameters; nulls are left out. */
export interface OlderArguments {
  /** Those that were given and are not what the older tool takes anyway: some clients fill in all of them. */
  readonly given: Arguments;
  /** With what the older tool takes for those that were not given. */
  readonly all: Arguments;
}

export interface OlderTool {
  readonly name: string;
  readonly generations: readonly Generation[];
  /** In which toolset it is listed. */
  readonly toolset: ToolsetName;
  /** A line as `parseSignature` reads it. */
  readonly parameters: string;
  /** What it did, in a sentence. */
  readonly does: string;
  readonly router: Router;
}

/** As MCP lists it. */
export interface ListedOlderTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: JsonObject;
  readonly annotations: JsonObject;
}
