// An agent that stands in for Claude Code in mid-stream, and a workspace that streams, each a process that can be killed.
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { binary, type Machine } from "./binary.ts";

// Asks again for as long as the stream breaks, as agents do.
const agent = `#!BUN
import { readFileSync } from "node:fs";
const word = process.argv.find((one) => one.startsWith("--settings="));
const { env } = JSON.parse(readFileSync(word.slice(11), "utf8"));
console.log("agent " + process.pid + " of " + process.ppid);
for (;;) {
  try {
    const answer = await fetch(env.ANTHROPIC_BASE_URL + "/v1/messages", {
      method: "POST",
      headers: { authorization: "Bearer " + env.ANTHROPIC_AUTH_TOKEN, "content-type": "application/json" },
      body: JSON.stringify({ model: "m", max_tokens: 1, stream: true, messages: [{ role: "user", content: "x" }] }),
      proxy: "",
    });
    if (!answer.ok) throw new Error("status " + answer.status);
    let text = "";
    for await (const bytes of answer.body) {
      text += new TextDecoder().decode(bytes);
      if (text.includes("begun") && !text.includes("ended")) console.log("in the stream");
    }
    if (!text.includes("ended")) throw new Error("cut");
    console.log("whole");
    process.exit(0);
  } catch (error) {
    console.log("broke: " + error.message);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
`;

// The first HELD streams stay open until SIGUSR2; all others end.
const upstream = `let held = Number(process.argv[2]);
const open = [];
process.on("SIGUSR2", () => { for (const end of open.splice(0)) end(); });
const say = (text) => new TextEncoder().encode("data: " + text + "\\n\\n");
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 0,
  fetch: (request) => {
    if (request.method !== "POST") return Response.json({ message: "not here" }, { status: 404 });
    const holds = held-- > 0;
    const body = new ReadableStream({
      start: async (stream) => {
        stream.enqueue(say("begun"));
        const end = () => {
          try {
            stream.enqueue(say("ended"));
            stream.close();
          } catch {}
        };
        if (holds) open.push(end);
        else end();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  },
});
console.log(String(server.port));
`;

export interface Watched {
  readonly pid: number;
  /** What it has said. */
  text(): string;
  /** Waits until it has said this. Fails when it ends before. */
  said(wanted: string | RegExp): Promise<void>;
  /** Its exit code, when it has ended. */
  ended(): Promise<number>;
}

/** Puts the agent onto the machine, and a profile that needs nobody to be asked. */
export async function installStreamingAgent(machine: Machine): Promise<void> {
  const folder = join(machine.home, "streaming");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "claude"), agent.replace("BUN", process.execPath));
  await chmod(join(folder, "claude"), 0o755);
  await writeFile(join(folder, "upstream.js"), upstream);
  machine.env["PATH"] = `${folder}:${machine.env["PATH"]}`;
  await writeFile(join(machine.home, ".databrickscfg"), "[DEFAULT]\nhost = https://w.example\ntoken = x\n");
}

export interface TestUpstream extends Watched {
  readonly url: string;
}

export async function startUpstream(machine: Machine, held: number): Promise<TestUpstream> {
  const watched = watch(machine, [process.execPath, join(machine.home, "streaming", "upstream.js"), String(held)]);
  await watched.said(/\d+\n/);
  return { ...watched, url: `http://127.0.0.1:${watched.text().trim()}` };
}

/** `mortar claude` with the agent in it, sent to the upstream. */
export function startSession(machine: Machine, url: string): Watched {
  return watch(machine, [binary, "claude", "--upstream", url, "-p", "x"]);
}

function watch(machine: Machine, words: readonly string[]): Watched {
  const child = Bun.spawn([...words], {
    env: machine.env,
    cwd: machine.home,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  let text = "";
  let waiting = Promise.withResolvers<void>();
  const read = async (stream: ReadableStream<Uint8Array>): Promise<void> => {
    const decoder = new TextDecoder();
    for await (const bytes of stream) {
      text += decoder.decode(bytes, { stream: true });
      waiting.resolve();
      waiting = Promise.withResolvers();
    }
  };
  const reading = Promise.all([read(child.stdout), read(child.stderr)]).then(() => waiting.resolve());
  let isOver = false;
  void reading.then(() => {
    isOver = true;
  });
  return {
    pid: child.pid,
    text: () => text,
    said: async (wanted) => {
      const isSaid = (): boolean => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));
      while (!isSaid()) {
        if (isOver) throw new Error(`it ended without ${String(wanted)}: ${text}`);
        await waiting.promise;
      }
    },
    ended: async () => {
      await reading;
      return child.exited;
    },
  };
}
