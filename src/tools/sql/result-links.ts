// A large result, part by part: each lies behind a link of its own in cloud storage, and several are fetched ahead.
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { ExternalLink, Statement } from "../../workspace/statement.ts";
import type { Workspace } from "../../workspace/workspace.ts";

interface LinkDeps {
  readonly deps: Pick<Deps, "fetch" | "clock">;
  readonly workspace: Workspace;
  readonly signal: AbortSignal;
}

type Row = readonly (string | null)[];

/** Parts that are on their way at once: what is held in memory is this many parts of about 20 MB. */
const ahead = 3;
const attempts = 3;

/** The rows in their order, a part at a time. Throws `bad_response` for a part that is not what was promised. */
export async function* linkedRows(context: LinkDeps, statement: Statement): AsyncGenerator<readonly Row[]> {
  const width = statement.manifest?.columns.length ?? 0;
  const count = statement.manifest?.totalChunkCount ?? statement.result?.externalLinks.length ?? 0;
  const first = new Map((statement.result?.externalLinks ?? []).map((link) => [link.chunkIndex, link]));
  const parts: Promise<readonly Row[]>[] = [];
  let asked = 0;
  const ask = (): void => {
    const index = asked++;
    const part = fetchPart(context, { statementId: statement.statementId, index, width, link: first.get(index) });
    // It is awaited in its turn; until then a failure is not unhandled.
    part.catch(() => undefined);
    parts.push(part);
  };
  while (asked < Math.min(ahead, count)) ask();
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const rows = await part;
    if (asked < count) ask();
    yield rows;
  }
}

interface Part {
  readonly statementId: string;
  readonly index: number;
  /** How many values a row has. */
  readonly width: number;
  /** The link that came with the statement; it may be too old by now. */
  readonly link: ExternalLink | undefined;
}

async function fetchPart(context: LinkDeps, part: Part): Promise<readonly Row[]> {
  for (let attempt = 1; ; attempt++) {
    const link = attempt === 1 && part.link !== undefined ? part.link : await freshLink(context, part);
    const outcome = await fetchLink(context, link, part.width);
    if (outcome.rows !== undefined) return outcome.rows;
    if (attempt >= attempts) {
      throw new MortarError(
        "bad_response",
        `Part ${part.index + 1} of the result could not be fetched: ${outcome.problem}`,
        {
          hint: "The storage of the workspace may be closed to this machine: a firewall or proxy has to let it through. Nothing was written.",
        },
      );
    }
    await context.deps.clock.sleep(attempt * 500, context.signal);
  }
}

async function freshLink({ workspace, signal }: LinkDeps, { statementId, index }: Part): Promise<ExternalLink> {
  const chunk = await workspace.statements.chunk(statementId, index, { signal });
  const link = chunk.externalLinks.find(({ chunkIndex }) => chunkIndex === index) ?? chunk.externalLinks[0];
  if (link === undefined) throw new MortarError("bad_response", `The workspace gave no link for part ${index + 1}`);
  return link;
}

/** The link has its own credentials: nothing of ours goes with it, and it is never told in a message. */
async function fetchLink({ deps, workspace, signal }: LinkDeps, { url, headers }: ExternalLink, width: number) {
  const address = URL.parse(url.reveal());
  // `file:` would be a file of this machine.
  if (address?.protocol !== "https:" && address?.protocol !== "http:") {
    throw new MortarError("bad_response", "The workspace gave a link that is no address on the web");
  }
  const isOpen = address.protocol !== "https:" && new URL(workspace.host).protocol === "https:";
  if (isOpen) throw new MortarError("bad_response", "The workspace gave a link that is not encrypted");
  try {
    const response = await deps.fetch(address, { headers: { ...headers }, signal, redirect: "error" });
    if (!response.ok) {
      await response.body?.cancel();
      return { problem: `the storage answered with status ${response.status}` };
    }
    const rows: unknown = await response.json();
    return isRows(rows, width) ? { rows } : { problem: "it holds no rows of the promised columns" };
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    return { problem: thrown instanceof SyntaxError ? "it broke off" : "the storage could not be reached" };
  }
}

function isRows(value: unknown, width: number): value is readonly Row[] {
  const isValue = (one: unknown): boolean => one === null || typeof one === "string";
  return (
    Array.isArray(value) &&
    value.every((row: unknown) => Array.isArray(row) && row.length === width && row.every(isValue))
  );
}
