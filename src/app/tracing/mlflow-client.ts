// Sending one trace: its facts to MLflow, its spans to the place that MLflow names for them.
import { requireSecure } from "../../auth/host.ts";
import type { Fetch } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import type { JsonObject } from "../../platform/json.ts";
import type { Client } from "../../workspace/client.ts";
import { object, objects, requiredText, text } from "../../workspace/fields.ts";
import { traceData, traceIdOf, traceInfo } from "./mlflow-shape.ts";
import type { FinishedTrace } from "./spans.ts";

export interface Sending {
  readonly client: Client;
  readonly fetch: Fetch;
  readonly experimentId: string;
  /** A workspace gives out a signed address for the spans; an MLflow server takes them itself. */
  readonly kind: "workspace" | "server";
  readonly signal: AbortSignal;
}

/** Throws MortarError. A trace whose facts arrived and whose spans did not shows without them. */
export async function sendTrace(trace: FinishedTrace, sending: Sending): Promise<void> {
  const { client, experimentId, signal } = sending;
  const body = { trace: { trace_info: traceInfo(trace, experimentId) } };
  // Sent twice, the id makes it the same trace.
  const path = "/api/3.0/mlflow/traces";
  const answer = await client.json({ method: "POST", path, body, idempotent: true, signal });
  const made = object(object(answer, "trace") ?? {}, "trace_info") ?? {};
  const data = traceData(trace);
  if (sending.kind === "server") return putArtifact(sending, made, data);
  const place = `/api/2.0/mlflow/traces/${traceIdOf(trace)}/credentials-for-data-upload` as const;
  const credentials = object(await client.json({ method: "GET", path: place, signal }), "credential_info") ?? {};
  await putSigned(sending, credentials, data);
}

/** The server says where the artifacts are: `mlflow-artifacts:/1/traces/tr-…/artifacts`, behind its own proxy. */
async function putArtifact({ client, signal }: Sending, made: JsonObject, data: string): Promise<void> {
  const location = text(object(made, "tags") ?? {}, "mlflow.artifactLocation") ?? "";
  const folder = /^mlflow-artifacts:(?:\/\/[^/]*)?(\/[\w./@-]+)$/.exec(location)?.[1];
  if (folder === undefined || folder.split("/").includes("..")) {
    throw new MortarError("unsupported", "The MLflow server keeps artifacts where only its own clients reach", {
      hint: "Start it with --artifacts-destination, so that it serves them itself.",
    });
  }
  const path = `/api/2.0/mlflow-artifacts/artifacts${folder}/traces.json` as const;
  await client.run({ method: "PUT", path, body: new TextEncoder().encode(data), signal });
}

/** Our own sign-in does not travel there: the address is its own proof. */
async function putSigned(sending: Sending, credentials: JsonObject, data: string): Promise<void> {
  const address = requiredText(credentials, "signed_uri");
  if (!URL.canParse(address)) throw new MortarError("bad_response", "The address for a trace's spans is none");
  requireSecure(address, "address for a trace's spans");
  const given = objects(credentials, "headers").map((one): [string, string] => [
    requiredText(one, "name"),
    text(one, "value") ?? "",
  ]);
  const headers = { "content-type": "application/json", ...Object.fromEntries(given) };
  const put = (url: string, method: string, more: Record<string, string>, body?: string): Promise<void> =>
    answered(sending, url, { method, headers: { ...headers, ...more }, ...(body === undefined ? {} : { body }) });
  switch (text(credentials, "type")) {
    case "AWS_PRESIGNED_URL":
    case "GCP_SIGNED_URL":
      return put(address, "PUT", {}, data);
    case "AZURE_SAS_URI":
      return put(address, "PUT", { "x-ms-blob-type": "BlockBlob" }, data);
    case "AZURE_ADLS_GEN2_SAS_URI": {
      // https://learn.microsoft.com/rest/api/storageservices/datalakestoragegen2/path: make, append, flush.
      await put(`${address}&resource=file`, "PUT", {});
      await put(`${address}&action=append&position=0`, "PATCH", { "content-type": "application/octet-stream" }, data);
      return put(`${address}&action=flush&position=${Buffer.byteLength(data)}`, "PATCH", {});
    }
    default:
      throw new MortarError("unsupported", `Spans cannot be put to a ${text(credentials, "type") ?? "place"} yet`);
  }
}

async function answered({ fetch, signal }: Sending, url: string, init: BunFetchRequestInit): Promise<void> {
  // The address itself is a secret: it stands in no message.
  const response = await fetch(url, { ...init, redirect: "error", signal }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw new MortarError("unreachable", `The storage at ${new URL(url).host} cannot be reached`, { cause });
  });
  await response.body?.cancel();
  if (response.ok) return;
  throw new MortarError("bad_response", `The storage at ${new URL(url).host} answered ${response.status}`);
}
