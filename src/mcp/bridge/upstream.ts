// One server behind the bridge: connected with a time limit, its tools listed to the last page, tried again when it was away.
import {
  Client,
  SdkHttpError,
  type ClientOptions,
  type ElicitRequest,
  type ElicitResult,
} from "@modelcontextprotocol/client";
import type { Tool } from "@modelcontextprotocol/server";
import type { Clock } from "../../platform/deps.ts";
import { inTime } from "../in-time.ts";
import { bridgeError, tooSlow } from "./errors.ts";

/** A way to the server, made anew for each connection. */
export interface Wire {
  readonly transport: Parameters<Client["connect"]>[0];
  /** Tells the server that the session is over. */
  readonly end?: () => Promise<void>;
}

export interface UpstreamOptions {
  readonly word: string;
  readonly prefix: string;
  readonly open: () => Promise<Wire>;
  /** A server of this process speaks the older era alone. */
  readonly era: "auto" | "legacy";
  readonly version: string;
  readonly clock: Clock;
  /** How long somebody waits for a connection with its list of tools; it goes on meanwhile. In milliseconds. */
  readonly patienceMs: number;
  readonly signal: AbortSignal;
  /** What the server asks the person. */
  readonly ask: (params: ElicitRequest["params"]) => Promise<ElicitResult>;
  /** Its tools are others now. */
  readonly onChange: () => void;
}

export interface Upstream {
  readonly word: string;
  readonly prefix: string;
  /** Empty while it is away. */
  tools(): readonly Tool[];
  instructions(): string | undefined;
  /** Why it is away, or not there yet. */
  failure(): Error | undefined;
  /** Connects, unless it is there or was tried a moment ago, and waits for it as long as it is meant to. Never throws. */
  connect(): Promise<void>;
  /** Runs `work` on the connection; on a new one where the server has forgotten the session. Throws what `bridgeError` gives. */
  use<T>(work: (client: Client) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** One that is away is not asked more often, in milliseconds. */
const againMs = 30_000;
/** After this a connection is given up, in milliseconds. */
const limitMs = 60_000;
/** A list of more pages than this has no end. */
const mostPages = 1_000;

interface Line {
  readonly client: Client;
  readonly wire: Wire;
  readonly tools: readonly Tool[];
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const { word, prefix, clock, patienceMs } = options;
  let line: Line | undefined;
  let failure: Error | undefined;
  let triedMs: number | undefined;
  let connecting: Promise<Line> | undefined;

  const changed = (client: Client, tools: readonly Tool[]): void => {
    if (line?.client !== client) return;
    line = { ...line, tools };
    options.onChange();
  };
  const open = (): Promise<Line> => {
    if (connecting !== undefined) return connecting;
    triedMs = clock.now();
    connecting = connectOnce(options, changed)
      .then(
        (made) => {
          failure = undefined;
          line = made;
          options.onChange();
          return made;
        },
        (thrown: unknown) => {
          line = undefined;
          failure = bridgeError(word, thrown);
          throw failure;
        },
      )
      .finally(() => {
        connecting = undefined;
      });
    return connecting;
  };
  const again = async (old: Line): Promise<Line> => {
    if (line === old) line = undefined;
    void old.client.close().catch(() => undefined);
    return line ?? (await open());
  };
  return {
    word,
    prefix,
    tools: () => line?.tools ?? [],
    instructions: () => line?.client.getInstructions(),
    failure: () => failure ?? (line === undefined ? tooSlow(word) : undefined),
    connect: async () => {
      const isEarly = triedMs !== undefined && clock.now() - triedMs < againMs;
      if (line === undefined && !isEarly) await inTime(open(), AbortSignal.timeout(patienceMs)).catch(() => undefined);
    },
    use: async (work) => {
      const first = line ?? (await open());
      try {
        return await work(first.client);
      } catch (thrown) {
        if (!isForgotten(thrown)) throw bridgeError(word, thrown);
        const second = await again(first);
        return await work(second.client).catch((error: unknown) => {
          throw bridgeError(word, error);
        });
      }
    },
    close: async () => {
      const old = line;
      line = undefined;
      await old?.wire.end?.().catch(() => undefined);
      await old?.client.close().catch(() => undefined);
    },
  };
}

/** The session is over, as after a restart of the server: what was sent was not looked at (MCP 2025-11-25, 404). */
function isForgotten(thrown: unknown): boolean {
  return thrown instanceof SdkHttpError && thrown.status === 404;
}

async function connectOnce(
  options: UpstreamOptions,
  changed: (client: Client, tools: readonly Tool[]) => void,
): Promise<Line> {
  const { word } = options;
  const mostMs = Math.max(limitMs, options.patienceMs);
  const limit = AbortSignal.timeout(mostMs);
  const signal = AbortSignal.any([options.signal, limit]);
  const client: Client = new Client(
    { name: "mortar", title: "Mortar", version: options.version },
    {
      ...clientOptions(options),
      listChanged: {
        tools: {
          onChanged: (error, tools) => {
            if (error === null && tools !== null) changed(client, tools as unknown as readonly Tool[]);
          },
        },
      },
    },
  );
  client.setRequestHandler("elicitation/create", ({ params }) => options.ask(params));
  const request = { signal, timeout: mostMs };
  try {
    const wire = await options.open();
    await client.connect(wire.transport, request);
    const { tools } = await client.listTools(undefined, { ...request, cacheMode: "refresh" });
    return { client, wire, tools: tools as unknown as readonly Tool[] };
  } catch (thrown) {
    void client.close().catch(() => undefined);
    throw limit.aborted && !options.signal.aborted ? tooSlow(word) : thrown;
  }
}

function clientOptions({ era }: UpstreamOptions): ClientOptions {
  return {
    capabilities: { elicitation: { form: {}, url: {} } },
    versionNegotiation: era === "legacy" ? { mode: "legacy" } : { mode: "auto", probe: { timeoutMs: limitMs } },
    listMaxPages: mostPages,
    // What a tool gives is looked at by who called it.
    jsonSchemaValidator: {
      getValidator: () => (input) => ({ valid: true, data: input as never, errorMessage: undefined }),
    },
  };
}
