// What the engine completes from: a program's commands, flags and values as plain data. Any program can bring its own.

/** A word that may stand next, and what it means. */
export interface Candidate {
  readonly value: string;
  readonly description?: string;
  /** The word goes on behind it, as behind a folder: no space is set. */
  readonly partial?: boolean;
}

/** What may stand as a value. With `commas` one word may hold several of them. */
export type CompletionValue = { readonly commas?: boolean } & (
  | /** Anything: nothing is offered, and the shell offers no files either. */ { readonly kind: "any" }
  | { readonly kind: "choices"; readonly choices: readonly Candidate[] }
  | /** Files by extension (without the dot), or all files. */ {
      readonly kind: "files";
      readonly extensions?: readonly string[];
    }
  | { readonly kind: "folders" }
  | /** Asked of the program when it is needed: profiles, tables, jobs. */ {
      readonly kind: "source";
      readonly source: string;
    }
);

export interface CompletionFlag {
  /** All spellings, the one to offer first: `["--profile", "-p"]`. */
  readonly names: readonly string[];
  readonly description: string;
  /** Absent for a switch. */
  readonly value?: CompletionValue;
  readonly repeatable?: boolean;
  /** Any spelling of flags that cannot stand beside this one. */
  readonly conflicts?: readonly string[];
  readonly hidden?: boolean;
}

export interface CompletionPositional {
  readonly name: string;
  readonly value: CompletionValue;
  /** Takes all further words. */
  readonly rest?: boolean;
}

export interface CompletionCommand {
  readonly description: string;
  /** The flags that may stand after the command's name. Those that a subcommand takes too are listed there again. */
  readonly flags: readonly CompletionFlag[];
  readonly positionals: readonly CompletionPositional[];
  readonly commands: Readonly<Record<string, CompletionCommand>>;
  readonly hidden?: boolean;
  /**
   * The command starts another program: what it does not know itself, and all after `--`, are words of that program.
   * For any other command completion ends at `--`.
   */
  readonly wraps?: Pick<CompletionCommand, "flags" | "positionals">;
}

/** Values that the program looks up: by the name of the source, and what stands on the line already. */
export type ResolveSource = (source: string, line: SourceLine) => Promise<readonly Candidate[]>;

export interface SourceLine {
  /** Values of flags given so far, by each flag's first name: `{"--profile": ["dev"]}`. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly positionals: readonly string[];
  /** What has been typed of the value. */
  readonly typed: string;
}

interface InWord {
  /** What stands in the same word before the value: `--flag=`, the first values of a comma list, or nothing. */
  readonly before: string;
  /** What has been typed of the value. */
  readonly typed: string;
}

/** What the shell should offer. */
export type Completion =
  | (InWord & {
      readonly kind: "words";
      readonly group: "commands" | "options" | "values";
      /** Without `before`. None when nothing may stand here that is known. */
      readonly candidates: readonly Candidate[];
      /** More values may follow in the same word, after a comma. */
      readonly commas: boolean;
    })
  /** The shell offers them itself: it knows `~`, links and its own quoting. */
  | (InWord & { readonly kind: "files"; readonly extensions: readonly string[] })
  | (InWord & { readonly kind: "folders" });
