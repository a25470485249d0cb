// From a table and the words on the line to what the shell should offer.
import { readLine, type Line } from "./line.ts";
import type {
  Candidate,
  Completion,
  CompletionCommand,
  CompletionFlag,
  CompletionPositional,
  CompletionValue,
  ResolveSource,
} from "./table.ts";

export interface CompleteOptions {
  /** Looks up the values of sources. Without it a source has none. */
  readonly resolve?: ResolveSource;
  /**
   * Which candidates: those that begin with what is typed, or all that may stand here, for a shell that matches by
   * itself (by parts of words, without case, with corrections). `prefix` unless given.
   */
  readonly matching?: "prefix" | "all";
}

/**
 * What may stand where the cursor is. `words` are those after the program's name; the last one is being typed and may
 * be empty. A source that fails counts as one without values: never throws, as a prompt must not break.
 */
export async function complete(
  root: CompletionCommand,
  words: readonly string[],
  options: CompleteOptions = {},
): Promise<Completion> {
  const line = readLine(root, words);
  const completion = await offer(line, options.resolve ?? (async () => []));
  if (completion.kind !== "words" || options.matching === "all") return completion;
  const { candidates, typed } = completion;
  return { ...completion, candidates: candidates.filter(({ value }) => value.startsWith(typed)) };
}

function offer(line: Line, resolve: ResolveSource): Promise<Completion> {
  const { command, positionals, typed, spot } = line;
  if (spot.kind === "value") {
    const { flag, before } = spot;
    const given = flag.repeatable === true ? (line.used.get(flag) ?? []) : [];
    return values(line, { value: flag.value ?? anything, typed: spot.typed, before, given }, resolve);
  }
  if (spot.kind === "beyond") return Promise.resolve(plain("values", [], typed));
  if (typed.startsWith("-")) return Promise.resolve(plain("options", flagCandidates(line), typed));
  const subcommands = command === undefined || positionals.length > 0 ? [] : commandCandidates(command);
  if (subcommands.length > 0) return Promise.resolve(plain("commands", subcommands, typed));
  const { positional, given } = nextPositional(line.declared, positionals);
  if (positional !== undefined) return values(line, { value: positional.value, typed, before: "", given }, resolve);
  return Promise.resolve(plain("options", typed === "" ? flagCandidates(line) : [], typed));
}

type Group = Extract<Completion, { kind: "words" }>["group"];

const anything: CompletionValue = { kind: "any" };

/** The positional whose turn it is, and the values that it has already where it takes several. */
function nextPositional(
  declared: readonly CompletionPositional[],
  words: readonly string[],
): { positional: CompletionPositional | undefined; given: readonly string[] } {
  const last = declared.at(-1);
  const repeats = last?.rest === true && words.length >= declared.length - 1;
  if (repeats) return { positional: last, given: words.slice(declared.length - 1) };
  return { positional: declared[words.length], given: [] };
}

interface ValueSpot {
  readonly value: CompletionValue;
  readonly typed: string;
  readonly before: string;
  /** Values that stand elsewhere on the line and are not offered again. */
  readonly given: readonly string[];
}

async function values(line: Line, spot: ValueSpot, resolve: ResolveSource): Promise<Completion> {
  const { value } = spot;
  const commas = value.commas === true;
  // In a comma list the value is what stands behind the last comma.
  const head = commas ? spot.typed.slice(0, spot.typed.lastIndexOf(",") + 1) : "";
  const before = spot.before + head;
  const typed = spot.typed.slice(head.length);
  if (value.kind === "files") return { kind: "files", extensions: value.extensions ?? [], before, typed };
  if (value.kind === "folders") return { kind: "folders", before, typed };
  const taken = new Set(commas ? [head, ...spot.given].flatMap((word) => word.split(",")) : spot.given);
  const known = await knownValues(value, line, { typed, resolve });
  const candidates = known.filter(({ value: word }) => isWord(word) && !taken.has(word));
  return { kind: "words", group: "values", candidates, before, typed, commas };
}

/** What a source brings comes from files and from the network: a control character would break the line, or draw. */
function isWord(value: string): boolean {
  return value !== "" && !/\p{Cc}/u.test(value);
}

async function knownValues(
  value: Exclude<CompletionValue, { kind: "files" | "folders" }>,
  line: Line,
  { typed, resolve }: { typed: string; resolve: ResolveSource },
): Promise<readonly Candidate[]> {
  if (value.kind === "any") return [];
  if (value.kind === "choices") return value.choices;
  const flags = new Map([...line.used].map(([flag, given]) => [flag.names[0] ?? "", given]));
  try {
    return await resolve(value.source, { flags, positionals: line.positionals, typed });
  } catch {
    return [];
  }
}

function commandCandidates(command: CompletionCommand): Candidate[] {
  return Object.entries(command.commands)
    .filter(([, below]) => below.hidden !== true)
    .map(([name, { description }]) => ({ value: name, description }));
}

function flagCandidates({ flags, used, typed }: Line): Candidate[] {
  const given = [...used.keys()];
  return flags
    .filter((flag) => flag.hidden !== true && !isSpent(flag, given))
    .flatMap((flag) => spelling(flag, typed).map((value) => ({ value, description: flag.description })));
}

/** A flag is not offered again once it, or one that excludes it, is on the line. */
function isSpent(flag: CompletionFlag, given: readonly CompletionFlag[]): boolean {
  if (flag.repeatable !== true && given.includes(flag)) return true;
  return given.some((other) => excludes(flag, other) || excludes(other, flag));
}

function excludes(flag: CompletionFlag, other: CompletionFlag): boolean {
  return flag !== other && flag.conflicts?.some((name) => other.names.includes(name)) === true;
}

/** The spelling to offer: the first; another one only when that is what is being typed. */
function spelling({ names }: CompletionFlag, typed: string): string[] {
  const [first, ...others] = names;
  if (first === undefined) return [];
  if (first.startsWith(typed)) return [first];
  const other = others.find((name) => name === typed || (name.startsWith("--") && name.startsWith(typed)));
  return [other ?? first];
}

function plain(group: Group, candidates: readonly Candidate[], typed: string): Completion {
  return { kind: "words", group, candidates, before: "", typed, commas: false };
}
