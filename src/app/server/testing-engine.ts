// A scripted engine for tests: it says what its message asks for, and stops when it is told to.
import type { Engine, EngineRequest } from "../agent/engine.ts";
import type { AgentEvent } from "../contract/events.ts";

export interface ScriptedEngine extends Engine {
  /** What it was started with, the newest last. */
  readonly requests: readonly EngineRequest[];
  /** A run holds. */
  readonly holding: Promise<void>;
  /** Lets the runs that hold go on, and those that will. */
  release(): void;
}

/** Says `answer to MESSAGE` in two pieces; a message with `hold` in it waits in between until `release` or its end. */
export function scriptedEngine(): ScriptedEngine {
  const requests: EngineRequest[] = [];
  const released = Promise.withResolvers<void>();
  const holding = Promise.withResolvers<void>();
  async function* run(request: EngineRequest): AsyncGenerator<AgentEvent, void> {
    requests.push(request);
    yield { type: "system", subtype: "init", session_id: "session-1", model: "scripted" };
    yield { type: "text_delta", text: "answer " };
    // What was said before may stand above it.
    const said = request.message.trimEnd().split("\n").at(-1) ?? "";
    if (said.includes("hold")) {
      holding.resolve();
      await Promise.race([released.promise, aborted(request.signal)]);
    }
    if (!request.signal.aborted) {
      yield { type: "text_delta", text: `to ${said}` };
      yield { type: "text", text: `answer to ${said}` };
    }
    yield { type: "result", session_id: "session-1", duration_ms: 5, is_error: false, num_turns: 1 };
  }
  return {
    name: "claude",
    title: "Scripted",
    install: "nothing to install",
    permissionModes: ["ask", "accept_edits", "plan", "everything"],
    requests,
    holding: holding.promise,
    release: () => released.resolve(),
    find: () => Promise.resolve({ program: "/scripted", version: "1" }),
    sandbox: () => Promise.resolve({ available: true, reason: null }),
    run: (_deps, request) => run(request),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener("abort", () => done(), { once: true });
  });
}
