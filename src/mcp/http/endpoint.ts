// MCP for whoever was let in: each request as its caller, both eras of the protocol. What listens and lets in is another's.
import { createMcpHandler, type Server } from "@modelcontextprotocol/server";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { WorkspaceSource } from "../../tools/open-workspace.ts";
import type { Selection } from "../../tools/selection.ts";
import { buildServer, type ServerParts } from "../server.ts";
import { createCallers } from "./callers.ts";
import { createLegacySessions, namesAskingSession } from "./legacy-sessions.ts";
import { mirrorRefusal, type MirroredArguments } from "./mirrored-arguments.ts";
import { narrowed, narrowingOf } from "./narrowing.ts";

export interface EndpointOptions {
  readonly deps: Deps;
  readonly version: string;
  readonly selection: Selection;
  /** The workspace of the caller with this proof: his token, our key, or his name where it is proved already. */
  readonly open: (proof: string) => WorkspaceSource;
  /** What makes a server object; ours unless given. */
  readonly build?: ((parts: ServerParts) => Server) | undefined;
  /** The arguments of a tool that have to stand in headers, too. Of ours none has to. */
  readonly mirrored?: ((tool: string) => MirroredArguments | undefined) | undefined;
}

export interface Endpoint {
  /** The answer to one who was let in. It may be silent for minutes: no idle limit may be on it. */
  answer(request: Request, proof: string): Promise<Response>;
  /** Ends calls that run, and what they opened on the workspace. */
  close(): Promise<void>;
}

/** A notebook of 10 MB in base64 with its surroundings; the same that standard input takes. */
export const mostMcpBytes = 64 * 1024 * 1024;
const farewellMs = 2_000;

export function createEndpoint(options: EndpointOptions): Endpoint {
  const { deps, selection, version, build = buildServer } = options;
  const callers = createCallers({ clock: deps.clock, open: options.open });
  const sessions = createLegacySessions({ clock: deps.clock, mostBytes: mostMcpBytes });
  const running = new Set<Promise<unknown>>();
  const serverFor = (proof: string, headers: Headers | undefined): Server => {
    const caller = callers.of(proof);
    const own = headers === undefined ? selection : afterSession(narrowed(selection, headers), headers);
    return build({ version, running, around: { deps, selection: own, ...caller } });
  };
  const handler = createMcpHandler(
    ({ requestInfo, authInfo }) => serverFor(authInfo?.token ?? "", requestInfo?.headers),
    { maxRequestBodySize: mostMcpBytes, onerror: (error) => deps.log.debug(`mcp: ${error.message}`) },
  );
  return {
    answer: async (request, proof) => {
      const problem = problemOf(selection, request.headers);
      if (problem !== undefined) return problem;
      const authInfo = { token: proof, clientId: "", scopes: [] };
      const inSession = await sessions.answer(request, {
        authInfo,
        owner: callers.of(proof),
        wish: JSON.stringify(narrowingOf(request.headers)),
        build: () => serverFor(proof, request.headers),
      });
      if (inSession !== undefined) return inSession;
      const refused = options.mirrored === undefined ? undefined : await mirrorRefusal(request, options.mirrored);
      return refused ?? (await handler.fetch(request, { authInfo }));
    },
    close: async () => {
      await Promise.all([handler.close(), sessions.close()]);
      await callers.end(AbortSignal.timeout(farewellMs));
    },
  };
}

/**
 * The terms for a client whose session could ask its person, and is not there: it ended, or the token is another since. What
 * had to be asked there is not done unasked here.
 */
function afterSession(selection: Selection, headers: Headers): Selection {
  const { terms } = selection;
  if (terms.confirm !== "supported" || !namesAskingSession(headers)) return selection;
  return { ...selection, terms: { ...terms, confirm: "always" } };
}

/** A wish that names what is not there is told before anything is served. */
function problemOf(selection: Selection, headers: Headers): Response | undefined {
  try {
    narrowed(selection, headers);
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof MortarError)) throw thrown;
    const message = thrown.hint === undefined ? thrown.message : `${thrown.message}. ${thrown.hint}`;
    return Response.json({ jsonrpc: "2.0", error: { code: -32_602, message }, id: null }, { status: 400 });
  }
}
