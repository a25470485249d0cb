// WebSockets: a route answers with a session, and the server turns the connection into one.

/** What a session can do with its connection. */
export interface Socket {
  send(text: string): void;
  /** Ends with a closing handshake. */
  close(): void;
  /** Breaks the connection. */
  terminate(): void;
}

/** One connection's side of the emulator. */
export interface SocketSession {
  message(text: string, socket: Socket): void;
  closed(): void;
}

const sessions = new WeakMap<Response, SocketSession>();

/** The answer that upgrades the connection: 101 is what the log shows, and 426 what gets a client that asked for no upgrade. */
export function upgradeResponse(request: Request, session: SocketSession): Response {
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") return upgradeRequired();
  const response = new Response(null, { status: 101 });
  sessions.set(response, session);
  return response;
}

/** The session that a route answered with, or undefined for an ordinary answer. */
export function sessionOf(response: Response): SocketSession | undefined {
  return sessions.get(response);
}

export function upgradeRequired(): Response {
  return new Response("Upgrade Required", { status: 426, headers: { upgrade: "websocket" } });
}
