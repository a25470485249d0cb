// The public face of the completion room: all that another program needs to complete its own command line.
export { answer, findShell, readQuestion, type Question } from "./answer.ts";
export { cachedValues, createCache, type Cached, type CacheOptions, type CompletionCache } from "./cache.ts";
export { complete, type CompleteOptions } from "./engine.ts";
export { isOwnScript, shellNames, type Shell, type ShellName } from "./shells/shell.ts";
export type {
  Candidate,
  Completion,
  CompletionCommand,
  CompletionFlag,
  CompletionPositional,
  CompletionValue,
  ResolveSource,
  SourceLine,
} from "./table.ts";
