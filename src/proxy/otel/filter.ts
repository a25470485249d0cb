// Sends each signal of an agent's telemetry to its table, and takes what a person has switched off out of the way.
import { dialectError } from "../errors/shape.ts";
import type { Exchange, Filter, ModelRequest, Send } from "../types.ts";
import { signals, type OtelState, type Signal } from "./signals.ts";

const tableHeader = "x-databricks-uc-table-name";

/** Makes the filter. `state` is asked for every export: a person may change it while the proxy runs. */
export function otelTables(state: () => Promise<OtelState>): Filter {
  return {
    name: "otel-tables",
    summary: "Sends metrics, logs and traces each to its table in Unity Catalog",
    byDefault: true,
    applies: ({ dialect }) => dialect.name === "otel",
    handle: async (exchange, request, next) => route(exchange, request, { next, state: await state() }),
  };
}

async function route(
  { dialect }: Exchange,
  request: ModelRequest,
  { next, state }: { readonly next: Send; readonly state: OtelState },
): Promise<Response> {
  const signal = signalOf(request.path);
  if (signal === undefined || request.method !== "POST") {
    return dialectError(dialect.name, {
      status: 404,
      message: `There is no telemetry at ${request.method} ${request.path}`,
    });
  }
  const { enabled, table } = state[signal];
  if (!enabled || table === undefined) return dropped(request);
  const headers = new Headers(request.headers);
  // A header's characters are bytes.
  headers.set(tableHeader, Buffer.from(table.replaceAll("`", "")).toString("latin1"));
  return next({ ...request, headers });
}

function signalOf(path: string): Signal | undefined {
  return signals.find((signal) => path === `/v1/${signal}`);
}

/**
 * An agent that was started while the signal was on goes on sending. It is told that all is well, in the form that it
 * sent (OTLP, "Full success"): with an error it would complain and try again.
 */
function dropped({ headers }: ModelRequest): Response {
  const json = headers.get("content-type")?.includes("json") === true;
  return new Response(json ? "{}" : new Uint8Array(), {
    headers: { "content-type": json ? "application/json" : "application/x-protobuf" },
  });
}
