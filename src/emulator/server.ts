// The emulated workspace as an HTTP server on the loopback address.
import { randomBytes } from "node:crypto";
import { controlRoutes } from "./control.ts";
import { createFaults, type Faults } from "./faults.ts";
import { createHandler } from "./http/handler.ts";
import { createRequestLog, type RequestLog } from "./http/request-log.ts";
import { createRouter } from "./http/router.ts";
import { sessionOf, upgradeRequired, type SocketSession } from "./http/upgrade.ts";
import { faultResponse } from "./http/wire.ts";
import { MortarError } from "../platform/errors.ts";
import { errnoOf } from "../platform/files.ts";
import { parseScenario, type Scenario } from "./models/scenario.ts";
import { createAuthority } from "./oauth/authority.ts";
import { authorizeRoutes } from "./oauth/authorize.ts";
import { discoveryRoutes } from "./oauth/discovery.ts";
import { tokenRoutes } from "./oauth/token-endpoint.ts";
import { openWorld, type EmulatorDeps } from "./open-world.ts";
import { apiRoutes } from "./routes/all.ts";
import { personalToken, prepareFolder } from "./state/folder.ts";
import type { Switches, World } from "./world.ts";

export interface EmulatorOptions {
  /** The data folder: new, empty, or an emulator's. */
  readonly folder: string;
  /** 0 for a free one; without it the folder's last one, or a free one where that is taken. */
  readonly port?: number | undefined;
  readonly deps: EmulatorDeps;
  /** The person's user name, in a new folder. */
  readonly owner?: string | undefined;
  readonly switches?: Partial<Switches> | undefined;
  /** What the scripted model says, as JSON (see models/scenario). */
  readonly scenario?: unknown;
  /** A file to which each request is appended as a line of JSON, without secrets. */
  readonly logFile?: string | undefined;
  /** Called when a client asked the emulator to stop; `stop` still has to be called. */
  readonly onStopRequest?: (() => void) | undefined;
}

export interface RunningEmulator {
  /** `http://127.0.0.1:PORT`. */
  readonly host: string;
  readonly port: number;
  /** The owner's personal access token; the same after a restart on the same folder. */
  readonly token: string;
  /** For the control routes below `/__emulator`; new at each start. */
  readonly adminToken: string;
  /** What a person types into the consent page of an OAuth sign-in; new at each start. */
  readonly signInCode: string;
  readonly workspaceId: string;
  readonly world: World;
  readonly faults: Faults;
  readonly requests: RequestLog;
  stop(): Promise<void>;
}

// An upload may be as large as a volume file in a test; the workspace's own limits are checked by the routes.
const bodyLimitBytes = 512 * 1024 * 1024;
// A message holds a whole conversation.
const socketMessageBytes = 64 * 1024 * 1024;
const drainMs = 2_000;
// What marks the tokens that were the folder's own.
const ownFamily = "own";

/**
 * Starts an emulator. Everything that it runs ends with `stop`. Throws `conflict` when the folder or the port is in use,
 * `invalid_input` for a folder that holds other files and for a scenario that does not fit, `io`.
 */
export async function startEmulator(options: EmulatorOptions): Promise<RunningEmulator> {
  const { folder, deps } = options;
  await prepareFolder(folder);
  const stopping = new AbortController();
  const opened = await openWorld({
    folder,
    deps,
    owner: options.owner,
    switches: options.switches,
    signal: stopping.signal,
  });
  const { world } = opened;
  try {
    if (options.scenario !== undefined) world.model.scenario = readScenario(options.scenario);
    const token = await personalToken(folder);
    const { tokenId } = world.tokens.adopt(token, {
      kind: "pat",
      caller: world.owner,
      comment: "emulator",
      family: ownFamily,
    });
    // Who deletes the token's file, because it was seen by others, means that one to be dead.
    world.tokens.revoke((record) => record.family === ownFamily && record.tokenId !== tokenId);
    const adminToken = `dapi-admin-${randomBytes(24).toString("hex")}`;
    const signInCode = newSignInCode();
    const faults = createFaults();
    const requests = createRequestLog(options.logFile);
    const authority = createAuthority(world, { adminToken, signInCode });
    const handler = createHandler({
      world,
      faults,
      requests,
      router: createRouter([
        ...discoveryRoutes,
        ...authorizeRoutes(authority),
        ...tokenRoutes(authority),
        ...apiRoutes,
      ]),
      control: createRouter(controlRoutes({ authority, faults, requests, stop: options.onStopRequest })),
      isAdmin: authority.isAdmin,
    });
    const server = listenAgain(world, options.port, handler.handle);
    const port = server.port ?? 0;
    const stop = async (): Promise<void> => {
      if (stopping.signal.aborted) return;
      stopping.abort(new DOMException("The emulator stops", "AbortError"));
      await handler.drain(drainMs);
      await server.stop(true);
      await requests.flush();
      await opened.close();
    };
    const host = `http://127.0.0.1:${port}`;
    return { host, port, token, adminToken, signInCode, workspaceId: world.workspaceId, world, faults, requests, stop };
  } catch (thrown) {
    stopping.abort();
    await opened.close();
    throw thrown;
  }
}

function readScenario(value: unknown): Scenario {
  try {
    return parseScenario(value);
  } catch (cause) {
    throw new MortarError("invalid_input", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A profile that was written for the folder's last port works after a restart, unless another program has taken it. */
function listenAgain(world: World, wanted: number | undefined, handle: Serve): Bun.Server<SocketSession> {
  const remembered = world.store.collection<{ port: number }>("server");
  const last = wanted === undefined ? remembered.get("last")?.port : undefined;
  let server: Bun.Server<SocketSession>;
  try {
    server = listen(wanted ?? last ?? 0, handle);
  } catch (thrown) {
    if (last === undefined) throw thrown;
    server = listen(0, handle);
  }
  remembered.put("last", { port: server.port ?? 0 });
  return server;
}

type Serve = (request: Request, port: number) => Promise<Response>;

function listen(port: number, handle: Serve): Bun.Server<SocketSession> {
  try {
    return Bun.serve({
      hostname: "127.0.0.1",
      port,
      // A stream may be silent for as long as a command runs.
      idleTimeout: 0,
      maxRequestBodySize: bodyLimitBytes,
      // A page that shows the source of what failed is for nobody.
      development: false,
      // `development: false` lets Bun share the port with whoever asks for it, unless it is told not to.
      reusePort: false,
      error: () => faultResponse(undefined, "standard"),
      fetch: async (request, server) => {
        const response = await handle(request, server.port ?? 0);
        const session = sessionOf(response);
        if (session === undefined) return response;
        return server.upgrade(request, { data: session, headers: response.headers }) ? undefined : upgradeRequired();
      },
      websocket: {
        idleTimeout: 0,
        maxPayloadLength: socketMessageBytes,
        message: (socket, message) => socket.data.message(String(message), socket),
        close: (socket) => socket.data.closed(),
      },
    });
  } catch (cause) {
    const code = errnoOf(cause);
    if (code === "EACCES" || code === "EPERM") {
      throw new MortarError("io", `Cannot listen on 127.0.0.1:${port}: permission denied`, {
        hint: "Ports below 1024 are for the system. Choose another one with --port, or leave it out for a free one.",
        cause,
      });
    }
    throw new MortarError("conflict", `Cannot listen on 127.0.0.1:${port}: the port is in use`, {
      hint: "Choose another one with --port, or leave it out for a free one.",
      cause,
    });
  }
}

/** Eight letters and digits that are not mistaken for each other: 40 bits, behind a limit on attempts. */
function newSignInCode(): string {
  const letters = "ABCDEFGHJKMNPQRSTVWXYZ0123456789";
  const code = Array.from(randomBytes(8), (byte) => letters[byte % letters.length]).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}
