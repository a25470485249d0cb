// The MCP server over HTTP: streamable, both eras of the protocol, each request as its caller.
import { buildOAuthProtectedResourceMetadata } from "@modelcontextprotocol/server";
import { MortarError } from "../../platform/errors.ts";
import { errnoOf } from "../../platform/files.ts";
import { admit, isOurName, wrongName, type AdmissionOptions } from "./admission.ts";
import { createEndpoint, mostMcpBytes, type EndpointOptions } from "./endpoint.ts";

export interface ServeHttpOptions extends EndpointOptions {
  readonly admission: AdmissionOptions;
  readonly address: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Where tokens come from, for callers who bring their own. */
  readonly workspaceHost: string | undefined;
}

export interface HttpServer {
  /** `http://127.0.0.1:8484/mcp`. */
  readonly url: string;
  /** Ends calls that run, and what they opened on the workspace. */
  close(): Promise<void>;
}

const path = "/mcp";
const metadataPath = `/.well-known/oauth-protected-resource${path}`;

/** How long who has not shown who he is may be silent. */
const patienceSeconds = 30;

/** Throws `conflict` for a port that is taken, `usage` for an address that is not of this machine. */
export function serveHttp(options: ServeHttpOptions): HttpServer {
  const endpoint = createEndpoint(options);
  const answer: Answer = async (request, unlimited) => {
    const address = URL.parse(request.url);
    if (address === null) return Response.json({ error: "the Host header is none" }, { status: 400 });
    const { pathname, origin } = address;
    if (pathname === "/health") return Response.json({ status: "ok", version: options.version });
    const isMetadata = options.workspaceHost !== undefined && pathname === metadataPath;
    if (isMetadata)
      return isOurName(request, options.admission) ? metadata(origin, options.workspaceHost) : wrongName();
    if (pathname !== path) return Response.json({ error: "not found" }, { status: 404 });
    const pointer = options.workspaceHost === undefined ? undefined : `${origin}${metadataPath}`;
    const admission = admit(request, options.admission, pointer);
    if ("refusal" in admission) return admission.refusal;
    // A call may be silent for minutes; the SDK sends comments on streams meanwhile.
    unlimited();
    return await endpoint.answer(request, admission.proof);
  };
  const server = listen(options, answer);
  return {
    url: `http://${server.hostname?.includes(":") === true ? `[${server.hostname}]` : server.hostname}:${server.port}${path}`,
    close: async () => {
      await endpoint.close();
      await server.stop(true);
    },
  };
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
      maxRequestBodySize: mostMcpBytes,
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
