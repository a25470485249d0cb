// A client of the web app for programs: signs in as a service principal, asks, and follows the answer through whatever breaks.
// It needs nothing but fetch: Bun, Deno and Node 22 run it as it is.

export interface ClientOptions {
  /** The app's address: `https://builder-1234.aws.databricksapps.com`. */
  readonly appUrl: string;
  /** The workspace that the app is part of: it gives out the token. */
  readonly workspaceUrl: string;
  /** Of a service principal that may use the app (CAN_USE). */
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface AppEvent {
  readonly type: string;
  readonly seq: number;
  readonly run_id?: string;
  readonly [field: string]: unknown;
}

export interface Asked {
  readonly projectId: string;
  readonly message: string;
  readonly conversationId?: string;
  /** Hears of everything that happens. */
  readonly onEvent?: (event: AppEvent) => void;
}

export interface Answer {
  readonly conversationId: string;
  readonly status: string;
  readonly text: string;
}

export interface AppClient {
  createProject(name: string): Promise<{ readonly id: string }>;
  /** Asks, and waits for the end of the run, through broken connections and restarts of the app. */
  ask(asked: Asked): Promise<Answer>;
}

/** How often a stream may break one time after the other without anything between. */
const mostFailures = 8;

export function createAppClient(options: ClientOptions): AppClient {
  const token = tokens(options);
  const call = async (method: string, path: string, body?: object): Promise<Record<string, unknown>> => {
    const response = await send(method, path, body === undefined ? {} : { body: JSON.stringify(body) });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${String(answer["detail"])}`);
    return answer;
  };
  const send = async (method: string, path: string, init: RequestInit = {}): Promise<Response> => {
    for (let isFirst = true; ; isFirst = false) {
      const headers = { "content-type": "application/json", ...init.headers, authorization: `Bearer ${await token()}` };
      const response = await fetch(new URL(path, options.appUrl), { ...init, method, headers, redirect: "manual" });
      if (response.status !== 401 || !isFirst) return response;
      token.forget();
    }
  };

  /** The events of a conversation from `after` on; comes back by itself where the connection breaks. */
  async function* events(conversationId: string, after: number): AsyncGenerator<AppEvent> {
    let seen = after;
    for (let failures = 0; failures < mostFailures; failures++) {
      try {
        // The app sends what came after this event, from its database, and then what comes.
        const headers = { accept: "text/event-stream", "last-event-id": String(seen) };
        const response = await send("GET", `/api/conversations/${conversationId}/events`, { headers });
        if (!response.ok || response.body === null) throw new Error(`the stream answered ${response.status}`);
        for await (const event of eventsIn(response.body)) {
          failures = 0;
          seen = event.seq;
          yield event;
        }
      } catch (thrown) {
        console.error(`The stream broke after event ${seen}: ${thrown instanceof Error ? thrown.message : thrown}`);
      }
      await new Promise((done) => setTimeout(done, 250 * 2 ** failures));
    }
    throw new Error("The app does not stream any more");
  }

  return {
    createProject: async (name) => ({ id: String((await call("POST", "/api/projects", { name }))["id"]) }),
    ask: async ({ projectId, message, conversationId, onEvent }) => {
      const started = await call("POST", "/api/runs", {
        project_id: projectId,
        message,
        ...(conversationId === undefined ? {} : { conversation_id: conversationId }),
        permission_mode: "accept_edits",
      });
      const [conversation, runId] = [String(started["conversation_id"]), String(started["execution_id"])];
      const run = await call("GET", `/api/runs/${runId}`);
      const texts: string[] = [];
      for await (const event of events(conversation, Number(run["before_seq"]))) {
        // What was asked for is no longer kept as events: the messages are.
        if (event.type === "reset") {
          const ended = await endedAnswer(conversation, runId);
          if (ended !== undefined) return ended;
        }
        if (event.run_id !== runId) continue;
        onEvent?.(event);
        if (event.type === "text") texts.push(String(event["text"]));
        if (event.type === "error") throw new Error(String(event["message"]));
        if (event.type === "approval.requested") await refuse(event);
        if (event.type !== "stream.completed") continue;
        return { conversationId: conversation, status: String(event["status"]), text: texts.join("\n\n") };
      }
      throw new Error("The run has no end");
    },
  };

  async function endedAnswer(conversationId: string, runId: string): Promise<Answer | undefined> {
    const { status } = await call("GET", `/api/runs/${runId}`);
    if (status === "running") return undefined;
    const { messages } = await call("GET", `/api/conversations/${conversationId}/messages`);
    const mine = (messages as { run_id: string; role: string; content: string }[]).findLast(
      ({ run_id, role }) => run_id === runId && role === "assistant",
    );
    return { conversationId, status: String(status), text: mine?.content ?? "" };
  }

  /** Nobody is there to be asked: what needs a yes gets a no, and the agent goes on without it. */
  async function refuse(event: AppEvent): Promise<void> {
    const { id } = event["approval"] as { id: string };
    await call("POST", `/api/approvals/${id}`, { decision: "deny" });
  }
}

/** OAuth machine-to-machine: https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m */
function tokens({ workspaceUrl, clientId, clientSecret }: ClientOptions) {
  let kept: { readonly token: string; readonly untilMs: number } | undefined;
  const fresh = async (): Promise<string> => {
    if (kept !== undefined && Date.now() < kept.untilMs) return kept.token;
    const response = await fetch(new URL("/oidc/v1/token", workspaceUrl), {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "all-apis" }),
    });
    if (!response.ok) throw new Error(`The workspace refuses the service principal: ${response.status}`);
    const answer = (await response.json()) as { access_token: string; expires_in: number };
    // A minute ahead of its end.
    kept = { token: answer.access_token, untilMs: Date.now() + (answer.expires_in - 60) * 1_000 };
    return kept.token;
  };
  return Object.assign(fresh, {
    forget: (): void => {
      kept = undefined;
    },
  });
}

/** Server-Sent Events: a block ends with an empty line, and its data lines are one JSON object. */
async function* eventsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<AppEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let held = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (held + decoder.decode(value, { stream: true })).split("\n\n");
      held = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = block.split("\n").flatMap((line) => (line.startsWith("data:") ? [line.slice(5)] : []));
        if (data.length > 0) yield JSON.parse(data.join("\n")) as AppEvent;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
