// MLflow: experiments (2.0) and traces (3.0), whose spans go to a signed address.
// https://docs.databricks.com/api/workspace/experiments https://mlflow.org/docs/latest/api_reference/rest-api.html
import { tryJson, type Json } from "../../platform/json.ts";
import { invalid, optionalObject, optionalText, requiredText } from "../http/fields.ts";
import { ApiFault, type Handler, type Route } from "../http/route.ts";
import {
  experimentsOf,
  newKey,
  requireExperiment,
  requireTrace,
  tracesOf,
  type ExperimentDocument,
  type TraceDocument,
} from "../mlflow/documents.ts";
import { pageOf, pageSizeOf } from "../paging.ts";

const base = "/api/2.0/mlflow/experiments";
const traces = "/api/3.0/mlflow/traces";
const credentials = "/api/2.0/mlflow/traces/{id}";
const storage = "/__storage/mlflow/{id}/traces.json";

const create: Handler = async (call, world) => {
  const name = requiredText((await call.json())["name"], "name");
  if (!/^\/[^/]/.test(name)) {
    throw invalid(
      `Got an invalid experiment name '${name}'. An experiment name must be an absolute path within the Databricks workspace, e.g. '/Users/<some-username>/my-experiment'.`,
    );
  }
  if (
    experimentsOf(world)
      .all()
      .some((one) => one.name === name)
  ) {
    throw new ApiFault(400, "RESOURCE_ALREADY_EXISTS", `Node named '${name.split("/").at(-1)}' already exists`);
  }
  const id = world.ids.next();
  experimentsOf(world).put(id, { id, name, creator: call.caller.userName, createdAt: world.clock.now() });
  return { experiment_id: id };
};

const byName: Handler = (call, world) => {
  const name = requiredText(call.query.get("experiment_name"), "experiment_name");
  const found = experimentsOf(world)
    .all()
    .find((one) => one.name === name);
  if (found !== undefined) return { experiment: experimentView(found) };
  throw new ApiFault(404, "RESOURCE_DOES_NOT_EXIST", `Node ${name} does not exist.`);
};

const get: Handler = (call, world) => {
  const id = requiredText(call.query.get("experiment_id"), "experiment_id");
  return { experiment: experimentView(requireExperiment(world, id)) };
};

const list: Handler = (call, world) => {
  const size = pageSizeOf(call.query, { name: "max_results", fallback: 100, max: 1_000 });
  const page = pageOf(experimentsOf(world).all(), { size, token: call.query.get("page_token") });
  return {
    ...(page.items.length === 0 ? {} : { experiments: page.items.map(experimentView) }),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

const remove: Handler = async (call, world) => {
  const { id } = requireExperiment(world, requiredText((await call.json())["experiment_id"], "experiment_id"));
  for (const trace of tracesOf(world).all()) if (trace.experiment === id) tracesOf(world).delete(trace.id);
  experimentsOf(world).delete(id);
  return {};
};

const startTrace: Handler = async (call, world) => {
  const trace = optionalObject((await call.json())["trace"], "trace") ?? {};
  const given = optionalObject(trace["trace_info"], "trace.trace_info") ?? {};
  const id = requiredText(given["trace_id"], "trace_id");
  if (!/^tr-[0-9a-f]{32}$/.test(id)) throw invalid(`Invalid trace ID: ${id}`);
  const location = optionalObject(given["trace_location"], "trace_location") ?? {};
  const place = optionalObject(location["mlflow_experiment"], "mlflow_experiment") ?? {};
  const { id: experiment } = requireExperiment(world, requiredText(place["experiment_id"], "experiment_id"));
  requiredText(given["request_time"], "request_time");
  const before = tracesOf(world).get(id);
  const tags = {
    ...optionalObject(given["tags"], "tags"),
    // Clients see by its form that they have to ask for signed addresses.
    "mlflow.artifactLocation": `dbfs:/databricks/mlflow-tracking/${experiment}/${id}`,
  };
  const info = { ...given, tags };
  const creator = call.caller.userName;
  tracesOf(world).put(id, { id, experiment, creator, info, data: before?.data ?? null, key: before?.key ?? newKey() });
  return { trace: { trace_info: info } };
};

const getTrace: Handler = (call, world) => ({
  trace: { trace_info: requireTrace(world, call.params["id"] ?? "").info },
});

const searchTraces: Handler = async (call, world) => {
  const body = await call.json();
  const locations = Array.isArray(body["locations"]) ? body["locations"] : [];
  const wanted = locations.map((one) => {
    const place = optionalObject(optionalObject(one, "locations")?.["mlflow_experiment"], "mlflow_experiment") ?? {};
    return requiredText(place["experiment_id"], "experiment_id");
  });
  const found = tracesOf(world)
    .all()
    .filter(({ experiment }) => wanted.includes(experiment))
    .toReversed();
  const page = pageOf(found, { size: 100, token: optionalText(body["page_token"], "page_token") });
  return {
    traces: page.items.map(({ info }) => info),
    ...(page.next === undefined ? {} : { next_page_token: page.next }),
  };
};

/** Traces in Unity Catalog are not there: clients then ask by the API of 3.0. */
const noUnityTraces: Handler = () => {
  throw new ApiFault(404, "ENDPOINT_NOT_FOUND", "No API found for 'POST /mlflow/traces/search-long-running'");
};

const signed: Handler = (call, world) => {
  const { id, key } = requireTrace(world, call.params["id"] ?? "");
  const { origin } = new URL(call.request.url);
  const signed_uri = `${origin}${storage.replace("{id}", id)}?signature=${key}`;
  return { credential_info: { type: "AWS_PRESIGNED_URL", signed_uri, headers: [] } };
};

/** As a cloud's storage: the address is the proof, and a sign-in beside it is refused. */
function signedTrace(call: Parameters<Handler>[0], world: Parameters<Handler>[1]): TraceDocument {
  const found = tracesOf(world).get(call.params["id"] ?? "");
  if (found === undefined || call.query.get("signature") !== found.key) {
    throw new ApiFault(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.");
  }
  if (!call.headers.has("authorization")) return found;
  throw new ApiFault(400, "InvalidArgument", "Only one auth mechanism allowed.");
}

const putData: Handler = async (call, world) => {
  const trace = signedTrace(call, world);
  const data = tryJson(new TextDecoder().decode(await call.bytes()));
  if (data === undefined) throw new ApiFault(400, "MalformedBody", "traces.json is no JSON.");
  tracesOf(world).put(trace.id, { ...trace, data: data as Json });
  return new Response(null, { status: 200 });
};

const getData: Handler = (call, world) => {
  const { data } = signedTrace(call, world);
  if (data === null) throw new ApiFault(404, "NoSuchKey", "The specified key does not exist.");
  return Response.json(data);
};

function experimentView({ id, name, createdAt }: ExperimentDocument): object {
  return {
    experiment_id: id,
    name,
    artifact_location: `dbfs:/databricks/mlflow-tracking/${id}`,
    lifecycle_stage: "active",
    creation_time: createdAt,
    last_update_time: createdAt,
  };
}

export const mlflowRoutes: readonly Route[] = [
  { method: "POST", pattern: `${base}/create`, handler: create },
  { method: "GET", pattern: `${base}/get-by-name`, handler: byName },
  { method: "GET", pattern: `${base}/get`, handler: get },
  { method: "GET", pattern: `${base}/list`, handler: list },
  { method: "POST", pattern: `${base}/delete`, handler: remove },
  { method: "POST", pattern: traces, handler: startTrace },
  { method: "POST", pattern: `${traces}/search`, handler: searchTraces },
  { method: "POST", pattern: "/api/4.0/mlflow/traces/search-long-running", handler: noUnityTraces },
  { method: "GET", pattern: `${traces}/{id}`, handler: getTrace },
  { method: "GET", pattern: `${credentials}/credentials-for-data-upload`, handler: signed },
  { method: "GET", pattern: `${credentials}/credentials-for-data-download`, handler: signed },
  { method: "PUT", pattern: storage, handler: putData, open: true, openBodyBytes: 64 * 1024 * 1024 },
  { method: "GET", pattern: storage, handler: getData, open: true },
];
