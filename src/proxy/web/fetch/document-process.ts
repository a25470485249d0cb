// Documents are read in a child process: one that was made to hang or to eat memory ends alone, and streams that the proxy
// carries do not wait for it.
import type { Deps, Environment } from "../../../platform/deps.ts";
import { MortarError } from "../../../platform/errors.ts";
import { isObject, tryJson } from "../../../platform/json.ts";
import { selfCommand } from "../../../platform/process.ts";
import { WebRefusal } from "../refusal.ts";
import type { DocumentReader, ReadDocument } from "./document.ts";

/** The word by which the program reads a document from its standard input. */
export const readDocumentWord = "__read-document";

const usualLimitMs = 20_000;
const mostOutputBytes = 16 * 1_024 * 1_024;

/** How many are read at once: further ones wait. */
const mostAtOnce = 2;

export interface DocumentProcessOptions {
  /** The program, where it is not this one. */
  readonly command?: readonly [string, ...string[]] | undefined;
  /** How long one document may take, in milliseconds. */
  readonly limitMs?: number | undefined;
}

/** A reader by processes of this program. */
export function documentProcesses(
  deps: Pick<Deps, "run" | "env">,
  { command = selfCommand(), limitMs = usualLimitMs }: DocumentProcessOptions = {},
): DocumentReader {
  const waiting: (() => void)[] = [];
  let running = 0;
  const enter = async (): Promise<void> => {
    // Whoever leaves hands over the place.
    if (running >= mostAtOnce) return new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return async (source, signal) => {
    await enter();
    try {
      signal.throwIfAborted();
      const result = await deps.run([...command, readDocumentWord], {
        env: childEnvironment(deps.env),
        input: JSON.stringify(source),
        timeoutMs: limitMs,
        maxOutputBytes: mostOutputBytes,
        signal,
      });
      return readAnswer(result.exitCode === 0 ? result.stdout : "");
    } catch (thrown) {
      signal.throwIfAborted();
      throw hard(thrown);
    } finally {
      leave();
    }
  };
}

/** It needs nothing of what the proxy knows, but for what Windows starts no program without. */
function childEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => /^(?:systemroot|windir|temp|tmp|tmpdir)$/i.test(name));
  return Object.fromEntries(kept);
}

function readAnswer(stdout: string): ReadDocument {
  const answer = tryJson(stdout);
  const { document, refusal } = isObject(answer) ? answer : {};
  if (isObject(refusal)) throw new WebRefusal(refusal["code"] as WebRefusal["code"], String(refusal["message"]));
  if (!isObject(document) || typeof document["text"] !== "string") {
    throw new MortarError("bad_response", "The document cannot be read");
  }
  const { title, text } = document;
  return { title: typeof title === "string" ? title : undefined, text };
}

function hard(thrown: unknown): unknown {
  const isLimit = thrown instanceof MortarError && (thrown.code === "timeout" || thrown.code === "too_large");
  if (!isLimit) return thrown;
  return new WebRefusal("content_too_large", "The document takes too long to read.", thrown);
}
