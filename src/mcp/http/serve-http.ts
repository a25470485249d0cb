// The MCP server over HTTP: streamable, both eras of the protocol, each request as its caller.
import { buildOAuthProtectedResourceMetadata, createMcpHandler, type Server } from "@modelcontextprotocol/server";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import type { WorkspaceSource } from "../../tools/open-workspace.ts";
import type { Selection } from "../../tools/selection.ts";
import { buildServer, type ServerParts } from "../server.ts";
import { admit, isOurName, wrongName, type AdmissionOptions } from "./admission.ts";
import { createCallers } from "./callers.ts";
import { createLegacySessions, namesAskingSession } from "./legacy-sessions.ts";
import { mirrorRefusal, type MirroredArguments } from "./mirrored-arguments.ts";
import { narrowed, narrowingOf } from "./narrowing.ts";

export interface ServeHttpOptions {
  readonly deps: Deps;
  readonly version: string;
  readonly selection: Selection;
  /** The workspace of the caller with this proof: his token, or our key. */
  readonly open: (proof: string) => WorkspaceSource;
  readonly admission: AdmissionOptions;
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where tokens come from, for callers who bring their own. */
  readonly workspaceHost: string | undefined;
  /** What makes a server object; ours unless given. */
  readonly build?: (parts: ServerParts) => Server;
  /** The arguments of a tool that have to stand in headers, too. Of ours none has to. */
  readonly mirrored?: (tool: string) => MirroredArguments | undefined;
}

export interface HttpServer {
  /** `http://127.0.0.1:8484/mcp`. */
  readonly url: string;
  /** Ends calls that run, and what they opened on the workspace. */
  close(): Promise<void>;
}

const path = "/mcp";
const metadataPath = `/.well-known/oauth-protected-resource${path}`;

/** A notebook of 10 MB in base64 with its surroundings; the same that standard input takes. */
const mostBytes = 64 * 1024 * 1024;
const farewellMs = 2_000;
/** How long who has not shown who he is may be silent. */
const patienceSeconds = 30;

/** Throws `conflict` for a port that is taken, `usage` for an address that is not of this machine. */
export function serveHttp(options: ServeHttpOptions): HttpServer {
  const { deps, selection, version, build = buildServer } = options;
  const callers = createCallers({ clock: deps.clock, open: options.open });
  const sessions = createLegacySessions({ clock: deps.clock, mostBytes });
  const running = new Set<Promise<unknown>>();
  const serverFor = (proof: string, headers: Headers | undefined): Server => {
    const caller = callers.of(proof);
    const own = headers === undefined ? selection : afterSession(narrowed(selection, headers), headers);
    return build({ version, running, around: { deps, selection: own, ...caller } });
  };
  const handler = createMcpHandler(
    ({ requestInfo, authInfo }) => serverFor(authInfo?.token ?? "", requestInfo?.headers),
    { maxRequestBodySize: mostBytes, onerror: (error) => deps.log.debug(`mcp: ${error.message}`) },
  );
  const answer: Answer = async (request, unlimited) => {
    const address = URL.parse(request.url);
    if (address === null) return Response.json({ error: "the Host header is none" }, { status: 400 });
    const { pathname, origin } = address;
    if (pathname === "/health") return Response.json({ status: "ok", version });
    const isMetadata = options.workspaceHost !== undefined && pathname === metadataPath;
    if (isMetadata)
      return isOurName(request, options.admission) ? metadata(origin, options.workspaceHost) : wrongName();
    if (pathname !== path) return Response.json({ error: "not found" }, { status: 404 });
    const pointer = options.workspaceHost === undefined ? undefined : `${origin}${metadataPath}`;
    const admission = admit(request, options.admission, pointer);
    if ("refusal" in admission) return admission.refusal;
    const problem = problemOf(selection, request.headers);
    if (problem !== undefined) return problem;
    // A call may be silent for minutes; the SDK sends comments on streams meanwhile.
    unlimited();
    const { proof } = admission;
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
  };
  const server = listen(options, answer);
  return {
    url: `http://${server.hostname?.includes(":") === true ? `[${server.hostname}]` : server.hostname}:${server.port}${path}`,
    close: async () => {
      await Promise.all([handler.close(), sessions.close()]);
      const farewell = AbortSignal.timeout(farewellMs);
      await callers.end(farewell);
      await server.stop(true);
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

/** Calls `unlimited` where the connection may be silent for as long as it likes. */
type Answer = (request: Request, unlimited: () => void) => Promise<Response>;

function listen({ address, port }: ServeHttpOptions, answer: Answer) {
  try {
    return Bun.serve({
      hostname: address,
      port,
      fetch: (request, server) => answer(request, () => server.timeout(request, 0)),
      idleTimeout: patienceSeconds,
      // Without development Bun would share the port with whoever asks for it next.
      reusePort: false,
      development: false,
      maxRequestBodySize: mostBytes,
      error: () => Response.json({ error: "internal" }, { status: 500 }),
    });
  } catch (thrown) {
    if (errnoOf(thrown) === "EADDRINUSE") {
      throw new MortarError("conflict", `Port ${port} is taken by another program`, {
        hint: "Take another one by --port; 0 takes any that is free.",
      });
    }
    throw new MortarError("usage", `Cannot listen on ${address}, port ${port}`, {
      hint: "--listen takes an address of this machine: 127.0.0.1, or 0.0.0.0 for all of them.",
      cause: thrown,
    });
  }
}

/** RFC 9728: the resource, and who gives out tokens for it. */
function metadata(origin: string, workspaceHost: string | undefined): Response {
  const issuer = `${workspaceHost ?? ""}/oidc`;
  const document = buildOAuthProtectedResourceMetadata({
    oauthMetadata: {
      issuer,
      authorization_endpoint: `${issuer}/v1/authorize`,
      token_endpoint: `${issuer}/v1/token`,
      response_types_supported: ["code"],
    },
    resourceServerUrl: new URL(`${origin}${path}`),
    scopesSupported: ["all-apis", "offline_access"],
    resourceName: "Mortar",
    // The workspace's own address may be plain http in an emulator.
    dangerouslyAllowInsecureIssuerUrl: issuer.startsWith("http://127.0.0.1"),
  });
  return Response.json(document, { headers: { "access-control-allow-origin": "*", "cache-control": "max-age=3600" } });
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
