// What a tool is: one operation on the workspace, declared as data. The MCP tool, `mortar tool call` and the docs are
// made from it.
import type * as z from "zod";
import type { Deps } from "../platform/deps.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Naming } from "./naming.ts";
import type { Effect } from "./entry.ts";
import type { ToolsetName } from "./toolset-names.ts";
import type { Limits } from "./limits.ts";
import type { Protection } from "./protection.ts";
import type { Question } from "./question.ts";
import type { Target } from "./targets.ts";

/** What lives as long as the agent's session, such as execution contexts, and is let go when it ends. */
export interface Session {
  /** Remembers how to let `key` go, and what later calls need to know of it. */
  keep(key: string, release: (signal: AbortSignal) => Promise<void>, about?: string): void;
  /** What was said of `key` when it was kept. */
  about(key: string): string | undefined;
  /** `key` has been let go, or has vanished. */
  forget(key: string): void;
}

/** Of a session that can go over to another profile's workspace. */
export interface Switching {
  /** The profile that is in use; undefined where the usual order decides. */
  profile(): string | undefined;
  /** Goes over to the profile, when its sign-in works; every later call is there. Throws what signing in throws. */
  use(profile: string, signal: AbortSignal): Promise<Workspace>;
}

export interface ToolImage {
  readonly mimeType: string;
  /** Base64. */
  readonly data: string;
}

export interface ToolContext {
  readonly workspace: Workspace;
  readonly deps: Deps;
  /** Fires when the caller takes the call back or goes away. */
  readonly signal: AbortSignal;
  /** Tells the caller how far it is. `done` and `total` are of one unit that the message names. */
  progress(message: string, done?: number, total?: number): void;
  readonly limits: Limits;
  /** What no call may write; nothing where it is absent. */
  readonly protection?: Protection | undefined;
  /** Hands a picture to the caller beside the result, where he can show one. */
  attach(image: ToolImage): void;
  /** Absent where each call is a process of its own. */
  readonly session?: Session | undefined;
  /** Absent where the session stays on one workspace. */
  readonly switching?: Switching | undefined;
  /** Under which names hints speak of tools; ours where it is absent. */
  readonly naming?: Naming | undefined;
  /** Whether what calls make and delete is kept in the record of this machine: the caller is the person that it belongs to. */
  readonly recordsMade?: boolean | undefined;
}

type Asked = Question | undefined;

interface Declaration<Input extends z.ZodObject, Output extends z.ZodObject> {
  /** `stop_cluster`: verb first, no prefix. */
  readonly name: string;
  readonly toolset: ToolsetName;
  /** The source of the annotations and of --read-only. */
  readonly effect: Effect;
  /**
   * It reads or writes files, sign-ins or the record of the machine on which the server runs, or starts programs there: it is not
   * for callers from elsewhere.
   */
  readonly local?: true;
  /** Whether calling it twice does no more than calling it once. A reading tool always is. */
  readonly idempotent?: boolean;
  /** Whether it can reach beyond the workspace: it runs code. */
  readonly openWorld?: boolean;
  readonly title: string;
  readonly description: string;
  /** A strict object: an unknown argument is an error. */
  readonly input: Input;
  readonly output: Output;
  /** False for a tool that is of use without a sign-in: its `workspace` then throws why there is none. */
  readonly needsSignIn?: boolean;
  /** Other spellings of arguments, as old callers write them: `path` for `notebook_path`. */
  readonly spellings?: Readonly<Record<string, string>>;
  run(context: ToolContext, input: z.output<Input>): Promise<z.input<Output>>;
  /**
   * What this call would destroy for good, as a question that names it; undefined where nothing is lost. It may look at the
   * workspace, and changes nothing. Every destructive tool has it, or says `asksNobody`. With `dry_run: true` nobody is asked.
   */
  confirm?(input: z.output<Input>, context: ToolContext): Asked | Promise<Asked>;
  /**
   * All that this call may write, for protected catalogs, schemas and paths; `nowhere` where that is none of them, `runsCode`
   * where it may be all of them. Every tool that changes something has it: without it, it is refused where anything is protected.
   */
  targets?(input: z.output<Input>, context: ToolContext): readonly Target[] | Promise<readonly Target[]>;
  /** The whole result as text: every id, handle, state and hint of the output stands in it. */
  text(output: z.output<Output>): string;
  /** True where the call worked and what it is about did not: a cell that raised, a run that failed. */
  failed?(output: z.output<Output>): boolean;
}

/** The value of a call: `data` fits the output schema, `text` says the same. */
export interface ToolResult {
  readonly data: Readonly<Record<string, unknown>>;
  readonly text: string;
  readonly failed: boolean;
}

type Typed = "run" | "text" | "failed" | "confirm" | "targets";

/** A declared tool, its types closed over. */
export interface Tool extends Omit<Declaration<z.ZodObject, z.ZodObject>, Typed> {
  /** As it is declared, on arguments that `input` has parsed. */
  readonly confirm?: ((input: unknown, context: ToolContext) => Asked | Promise<Asked>) | undefined;
  readonly targets?:
    ((input: unknown, context: ToolContext) => readonly Target[] | Promise<readonly Target[]>) | undefined;
  /** Runs the tool with arguments that `input` has parsed. Throws what the tool throws. */
  invoke(context: ToolContext, input: unknown): Promise<unknown>;
  /** Parses a value by `output` and renders it. Throws ZodError when it does not fit. */
  present(value: unknown): ToolResult;
}

export function defineTool<Input extends z.ZodObject, Output extends z.ZodObject>(
  declared: Declaration<Input, Output>,
): Tool {
  const { run, text, failed, confirm, targets, ...data } = declared;
  return {
    ...data,
    ...(confirm === undefined
      ? {}
      : { confirm: (input: unknown, context: ToolContext) => confirm(input as z.output<Input>, context) }),
    ...(targets === undefined
      ? {}
      : { targets: (input: unknown, context: ToolContext) => targets(input as z.output<Input>, context) }),
    invoke: async (context, input) => {
      const output = await run(context, input as z.output<Input>);
      if (context.recordsMade === true && declared.effect !== "read") {
        const { noteMade } = await import("./resources/note.ts");
        const failing = (): boolean => failed?.(output as z.output<Output>) ?? false;
        await noteMade(context, declared.name, { input, output, failing });
      }
      return output;
    },
    present: (value) => {
      const output = declared.output.parse(value);
      return {
        data: output as Readonly<Record<string, unknown>>,
        text: text(output),
        failed: failed?.(output) ?? false,
      };
    },
  };
}
