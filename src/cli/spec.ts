// How a command is declared. Parsing, help, docs and completion are made from these declarations.

/** What a value means: completion and checking go by it. */
export type ValueKind =
  | "string"
  | "integer"
  | "number"
  | "duration"
  | "file"
  | "folder"
  | "url"
  | "profile"
  | "tool"
  | "toolset"
  /** `NAME=VALUE` for the tool that the first positional names. */
  | "tool-argument"
  | "cluster"
  | "job"
  | "warehouse"
  | "run"
  | "policy"
  | "catalog"
  /** `catalog.schema` */
  | "schema"
  /** `catalog.schema.table` */
  | "table"
  | "workspace-path"
  | "model"
  /** Models that answer one API. */
  | "anthropic-model"
  | "responses-model"
  | "gemini-model"
  | "agent"
  | "skill";

interface CommonFlag {
  readonly description: string;
  /** One letter. */
  readonly short?: string;
  /** Other spellings that mean the same, and stay. */
  readonly aliases?: readonly string[];
  /** Older spellings: they still work, and whoever uses one is told the name of today. */
  readonly formerly?: readonly string[];
  /** What to use instead, as in "Use --host." The flag still works; whoever uses it is told, once a run. */
  readonly deprecated?: string;
  /** An environment variable that gives the value when the flag is absent. */
  readonly env?: string;
  /** Headline in the help; flags without one stand under "Options". */
  readonly group?: string;
  readonly hidden?: boolean;
  /** Flags that cannot stand beside this one. */
  readonly conflicts?: readonly string[];
}

export interface SwitchFlag extends CommonFlag {
  readonly kind: "switch";
  /** `--no-NAME` is understood too. */
  readonly negatable?: boolean;
}

/** What is asked of a value beside its kind. */
export interface ValueRules {
  readonly choices?: readonly string[];
  /** The least and the most that an integer or a number may be. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** For a file: the endings that completion offers, without the dot. */
  readonly extensions?: readonly string[];
  /** For a file or a folder: it has to be there. `-` stands for a standard stream and always is. */
  readonly exists?: boolean;
}

export interface ValueFlag extends CommonFlag, ValueRules {
  readonly kind: ValueKind;
  /** The word in the help, as in `--port PORT`. */
  readonly placeholder: string;
  readonly default?: string;
}

export interface ListFlag extends CommonFlag, ValueRules {
  readonly kind: "list";
  readonly of: ValueKind;
  readonly placeholder: string;
  /** One flag may carry several values, separated by commas. */
  readonly commas?: boolean;
}

export type Flag = SwitchFlag | ValueFlag | ListFlag;
export type Flags = Readonly<Record<string, Flag>>;

export interface Positional extends ValueRules {
  readonly name: string;
  readonly description: string;
  readonly kind: ValueKind;
  readonly required?: boolean;
  /** Takes all that is left. Only the last positional may. */
  readonly rest?: boolean;
}

export interface Example {
  readonly run: string;
  readonly does: string;
}

/** What a command and a group of commands have in common. */
interface Entry {
  readonly summary: string;
  readonly description?: string;
  /** Other names of it, which are understood and not listed. */
  readonly aliases?: readonly string[];
  /** What to use instead, as in "Use mortar setup." It still works; whoever uses it is told. */
  readonly deprecated?: string;
  readonly hidden?: boolean;
}

/** One command that does something: its words, and `load`, which brings its body. */
export interface Command extends Entry {
  readonly flags: Flags;
  readonly positionals: readonly Positional[];
  readonly examples: readonly Example[];
  /** Words after `--`, or else the first unknown word and all that follow, go to the program that this command wraps. */
  readonly passThrough?: boolean;
  /** What that program takes, as far as it is known: for completion, and to tell the words of a `mixed` line apart. */
  readonly wraps?: Pick<Command, "flags" | "positionals">;
  /** Our flags may stand anywhere among the words of the wrapped program. */
  readonly mixed?: Mixed;
  /** What a person reads on a terminal while it works, as in "Starting the emulator"; without it, what the body shows. */
  readonly waiting?: string;
  /** It ends in its own time when it is interrupted, as a server does and a wrapped program. Others are cut off soon. */
  readonly endsByItself?: boolean;
  readonly load: () => Promise<CommandModule>;
}

/**
 * A wrapped program whose users know its own command line, and write ours into it. Such a command takes none of the flags
 * that every command takes (they may be the program's), and its body minds `--help` and signals itself.
 */
export interface Mixed {
  /** The program's own commands: behind one of them every word is the program's. */
  readonly commands: readonly string[];
}

/** A word that has commands below it, such as `auth`. */
export interface Group extends Entry {
  readonly examples?: readonly Example[];
  readonly commands: Readonly<Record<string, Command | Group>>;
  /** One of the commands, which gets the words when they begin with a flag of its own instead of a name. */
  readonly fallback?: string;
}

export interface CommandModule {
  readonly run: (context: never) => Promise<CommandResult | void>;
}

/** What a command has to say: `data` for --json, `text` for people. The text carries its own line end. */
export interface CommandResult {
  readonly data: unknown;
  readonly text: string;
  /** An exit code other than 0 for a command that worked and has bad news (a failed check, a failed tool). */
  readonly exit?: number;
  /** The command has printed all there is to print, with --json too: only the exit code counts. */
  readonly printed?: boolean;
}

export function isGroup(entry: Command | Group): entry is Group {
  return "commands" in entry;
}

type ValueOf<F extends Flag> = F extends SwitchFlag
  ? boolean
  : F extends ListFlag
    ? readonly string[]
    : F extends { readonly kind: "integer" | "number" | "duration" }
      ? F extends { readonly default: string }
        ? number
        : number | undefined
      : F extends { readonly default: string }
        ? string
        : string | undefined;

/** Typed values of declared flags: numbers for integers and numbers, milliseconds for durations. */
export type FlagValues<F extends Flags> = { readonly [Name in keyof F]: ValueOf<F[Name]> };
