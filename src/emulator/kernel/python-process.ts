// One Python process that keeps its state between cells, and the conversation with it.
import { randomBytes } from "node:crypto";
import { closeSync } from "node:fs";
import { isObject } from "../../platform/json.ts";
import { loader, pythonModules } from "./python-program.ts";
import { createTextSplitter, type TextPart } from "./text-marks.ts";
import type { CellError, CellOutput } from "./types.ts";

export type OnCall = (method: string, params: Record<string, unknown>, gone: AbortSignal) => Promise<unknown>;

export interface PythonStart {
  readonly python: string;
  /** Working folder of the process. */
  readonly folder: string;
  /** Where %pip puts packages. */
  readonly packages: string;
  readonly env: Record<string, string>;
  /** Answers what the user's code asks of the emulator. What it throws goes back as `{kind, message}`; `gone` fires when nobody waits for it any more. */
  readonly onCall: OnCall;
  /** What a thrown error says to Python. */
  readonly onFault: (thrown: unknown) => object;
  readonly onText: (text: string) => void;
  readonly onOutput: (output: CellOutput) => void;
  /** An output was too large to be sent. */
  readonly onSkipped: () => void;
}

export interface PythonRequest {
  readonly kind: "python" | "pip";
  readonly code: string;
  /** File name of the cell in tracebacks. */
  readonly name: string;
  /** What `_sqldf` becomes before the cell runs. */
  readonly sqldf?: object;
}

/** How a request ended; `died` when the process did. */
export type PythonOutcome =
  | {
      readonly died: false;
      readonly state: "finished" | "error" | "cancelled";
      readonly error?: CellError;
      readonly exit?: string;
      readonly restart: boolean;
    }
  | { readonly died: true; readonly reason: string };

type Message = Record<string, unknown>;
type Reader = ReadableStreamDefaultReader<Uint8Array>;

const isWindows = process.platform === "win32";

export class PythonProcess {
  readonly #start: PythonStart;
  readonly #child: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly #splitter: ReturnType<typeof createTextSplitter>;
  readonly #ended: Promise<string>;
  readonly #gone = new AbortController();
  #parts: TextPart[] = [];
  #messages: Message[] = [];
  #startupText = "";
  #requests = 0;
  #dead = false;
  #finish: ((outcome: PythonOutcome) => void) | undefined;

  /** Starts the interpreter; a failure to start shows as the death of the first request. Throws when there is no such program. */
  constructor(start: PythonStart) {
    this.#start = start;
    const token = randomBytes(16).toString("hex");
    this.#splitter = createTextSplitter(token);
    this.#child = Bun.spawn([start.python, "-I", "-u", "-X", "utf8", "-c", loader], {
      cwd: start.folder,
      env: start.env,
      // The fourth pipe closes when the emulator dies, however it dies: a guardian beside the interpreter waits for that.
      stdio: isWindows ? ["pipe", "pipe", "pipe"] : ["pipe", "pipe", "pipe", "pipe"],
      windowsHide: true,
    });
    const lifeline = isWindows ? {} : { lifeline: 3 };
    this.#send({ modules: pythonModules, config: { token, packages: start.packages, ...lifeline } });
    this.#ended = this.#watch();
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Runs one request; there may be one at a time. Never throws. */
  async run(request: PythonRequest): Promise<PythonOutcome> {
    const outcome = new Promise<PythonOutcome>((resolve) => {
      this.#finish = resolve;
    });
    this.#requests += 1;
    this.#send({ op: "run", id: this.#requests, ...request });
    const died = this.#ended.then((reason): PythonOutcome => ({ died: true, reason }));
    const result = await Promise.race([outcome, died]);
    this.#finish = undefined;
    return result;
  }

  /** Raises KeyboardInterrupt in the running cell. */
  interrupt(): void {
    this.#send({ op: "interrupt", id: this.#requests });
  }

  /** Ends the process and all that it started. */
  async kill(): Promise<void> {
    this.#killGroup();
    await this.#ended;
  }

  #send(message: object): void {
    if (this.#dead) return;
    // A write to a process that has just died is answered by its end, which is watched elsewhere.
    try {
      const { stdin } = this.#child;
      for (const sent of [stdin.write(`${JSON.stringify(message)}\n`), stdin.flush()]) {
        Promise.resolve(sent).catch(() => undefined);
      }
    } catch {
      return;
    }
  }

  #killGroup(): void {
    try {
      // The process leads a group (setsid), unless it is still starting.
      if (!isWindows) process.kill(-this.#child.pid, "SIGKILL");
    } catch {
      // No such group.
    }
    this.#child.kill("SIGKILL");
  }

  async #watch(): Promise<string> {
    const readers = [this.#child.stdout.getReader(), this.#child.stderr.getReader()] as const;
    const read = Promise.all([this.#readTexts(readers[0]), this.#readMessages(readers[1])]);
    const code = await this.#child.exited;
    this.#gone.abort(new DOMException("The Python process has ended", "AbortError"));
    this.#killGroup();
    const lifeline = this.#child.stdio[3];
    if (typeof lifeline === "number") closeSync(lifeline);
    // What left the group (a session of its own) may hold the pipes open for ever.
    await Promise.race([read, Bun.sleep(1_000)]);
    for (const reader of readers) reader.cancel().catch(() => undefined);
    this.#dead = true;
    this.#parts.push(...this.#splitter.end());
    this.#pump();
    return this.#describeEnd(code);
  }

  async #readTexts(reader: Reader): Promise<void> {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      this.#parts.push(...this.#splitter.push(read.value));
      this.#pump();
    }
  }

  async #readMessages(reader: Reader): Promise<void> {
    const decoder = new TextDecoder();
    let pending: string[] = [];
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = decoder.decode(read.value, { stream: true }).split("\n");
      const last = lines.pop() ?? "";
      for (const line of lines) {
        this.#receive(pending.join("") + line);
        pending = [];
      }
      if (last !== "") pending.push(last);
    }
    this.#startupText += pending.join("");
  }

  #receive(line: string): void {
    const message = parseMessage(line);
    if (message === undefined) {
      // Python itself writes here until the program has taken the pipe over.
      this.#startupText = `${this.#startupText}${line}\n`.slice(-4_000);
      return;
    }
    this.#messages.push(message);
    this.#pump();
  }

  /** Lets text and messages through in the order in which they were made: each mark in the text waits for its message. */
  #pump(): void {
    for (let part = this.#parts[0]; part !== undefined; part = this.#parts[0]) {
      if ("text" in part) {
        this.#start.onText(part.text);
      } else {
        const message = this.#messages.shift();
        if (message === undefined && !this.#dead) return;
        if (message !== undefined) this.#handle(message);
      }
      this.#parts.shift();
    }
  }

  #handle(message: Message): void {
    if (message["op"] === "output") this.#start.onOutput(message["output"] as CellOutput);
    if (message["op"] === "skipped") this.#start.onSkipped();
    if (message["op"] === "call") void this.#answer(message);
    if (message["op"] === "done" && message["id"] === this.#requests) {
      const { state, error, exit, restart } = message as {
        state: "finished" | "error" | "cancelled";
        error?: CellError;
        exit?: string;
        restart?: boolean;
      };
      this.#finish?.({
        died: false,
        state,
        restart: restart === true,
        ...(error === undefined ? {} : { error }),
        ...(exit === undefined ? {} : { exit }),
      });
    }
  }

  async #answer(message: Message): Promise<void> {
    const id = message["id"];
    const params = isObject(message["params"]) ? message["params"] : {};
    try {
      const value = await this.#start.onCall(String(message["method"]), params, this.#gone.signal);
      this.#send({ op: "reply", id, value: value ?? null });
    } catch (thrown) {
      this.#send({ op: "reply", id, error: this.#start.onFault(thrown) });
    }
  }

  #describeEnd(code: number): string {
    const signal = this.#child.signalCode;
    const how = signal === null ? `with exit code ${code}` : `with signal ${signal}`;
    const said = this.#startupText.trim();
    return `The Python process exited unexpectedly ${how}.${said === "" ? "" : ` It said: ${said}`}`;
  }
}

function parseMessage(line: string): Message | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    const parsed: unknown = JSON.parse(line);
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}
