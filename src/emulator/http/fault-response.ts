// What a fault rule does to a request.
import type { Clock } from "../../platform/deps.ts";
import type { FaultRule } from "../faults.ts";
import { ApiFault } from "./route.ts";
import { errorStyleOf, faultResponse } from "./wire.ts";

export interface FaultScene {
  readonly path: string;
  readonly clock: Clock;
  /** Fires when the client goes away or the emulator stops. */
  readonly signal: AbortSignal;
  /** Answers as the emulator would without the fault. */
  readonly answer: () => Promise<Response>;
}

const statusCodes: Readonly<Record<number, string>> = {
  400: "BAD_REQUEST",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "REQUEST_LIMIT_EXCEEDED",
  500: "INTERNAL_ERROR",
  501: "NOT_IMPLEMENTED",
  503: "TEMPORARILY_UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

/** The answer under the fault. Only `latency` and `truncate` let the request reach its handler. */
export async function playFault(rule: FaultRule, scene: FaultScene): Promise<Response> {
  switch (rule.kind) {
    case "latency":
      await scene.clock.sleep(rule.delayMs, scene.signal);
      return scene.answer();
    case "status":
      return statusFault(rule, scene.path);
    case "html":
      return new Response(loginPage, { status: rule.status, headers: { "content-type": "text/html;charset=utf-8" } });
    case "garbage":
      return new Response('{"objects": [{"path": "/Us', { headers: { "content-type": "application/json" } });
    case "empty":
      return new Response(null, { status: 200 });
    case "hang":
      return hang(scene.signal);
    case "reset":
      return resetAtOnce();
    case "truncate":
      return truncated(await scene.answer(), rule.bytes, scene);
    case "answer":
      return Response.json(rule.body ?? {}, { status: rule.status });
    case "redirect":
      return new Response(null, { status: 302, headers: { location: "/login.html" } });
    case "stale":
      return faultResponse(
        new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", "The resource does not exist (yet)."),
        errorStyleOf(scene.path),
      );
  }
}

function statusFault(rule: FaultRule, path: string): Response {
  const code = rule.errorCode ?? statusCodes[rule.status] ?? "UNKNOWN";
  const message = rule.message ?? `The emulator was told to answer ${rule.status}.`;
  const response = faultResponse(new ApiFault(rule.status, code, message), errorStyleOf(path));
  if (rule.retryAfter !== undefined) response.headers.set("retry-after", rule.retryAfter);
  return response;
}

function hang(signal: AbortSignal): Promise<Response> {
  return new Promise((resolve) => {
    const end = (): void => resolve(resetAtOnce());
    if (signal.aborted) return end();
    signal.addEventListener("abort", end, { once: true });
  });
}

/** Bun closes the socket, and sends nothing, when a body fails before its first byte. */
function resetAtOnce(): Response {
  return new Response(new ReadableStream({ pull: (controller) => controller.error(undefined) }));
}

// What is written right before a reset is lost with it, so the first bytes get a moment to travel.
const travelMs = 50;

/** The first bytes of the answer, then a connection reset without an end mark. */
async function truncated(response: Response, bytes: number, { clock, signal }: FaultScene): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  let sent = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      if (!sent && bytes > 0) {
        sent = true;
        controller.enqueue(body.subarray(0, bytes));
        return;
      }
      await clock.sleep(travelMs, signal).catch(() => undefined);
      controller.error(undefined);
    },
  });
  return new Response(stream, { status: response.status, headers });
}

const loginPage = `<!DOCTYPE html>
<html><head><title>Databricks - Sign In</title></head><body><div id="login-page"></div></body></html>
`;
