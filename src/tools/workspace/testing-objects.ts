// For tests: a workspace's objects in memory, as small as the Workspace API can be.
import { refusal, serve, type Received, type Reply, type TestServer } from "../../workspace/testing.ts";

export interface TestObjects extends AsyncDisposable {
  readonly server: TestServer;
  /** Content by path; `undefined` is a folder. Names with the source of a notebook carry their extension's language. */
  readonly objects: Map<string, TestObject>;
  /** Asked before anything else; undefined leaves the answer to the workspace. */
  answer: (request: Received, path: string) => Reply | undefined;
}

export interface TestObject {
  readonly type: "DIRECTORY" | "REPO" | "NOTEBOOK" | "FILE" | "LIBRARY";
  readonly content: Buffer;
}

export const home = "/Users/me@example.com";
const base = "/api/2.0/workspace";

export const folder: TestObject = { type: "DIRECTORY", content: Buffer.alloc(0) };
export const file = (text: string | Buffer): TestObject => ({ type: "FILE", content: Buffer.from(text) });
export const notebook = (text: string): TestObject => ({ type: "NOTEBOOK", content: Buffer.from(text) });

export function testObjects(): TestObjects {
  const objects = new Map<string, TestObject>([
    ["/Users", folder],
    [home, folder],
  ]);
  const held: Pick<TestObjects, "objects" | "answer"> = { objects, answer: () => undefined };
  const server = serve((request) => {
    if (request.path.endsWith("/scim/v2/Me")) return { id: "7", userName: "me@example.com" };
    const body = request.method === "POST" ? (JSON.parse(request.body) as Record<string, unknown>) : {};
    const written = String(body["path"] ?? new URLSearchParams(request.search).get("path"));
    const path = written.replace(/^\/Workspace(?=\/)/, "");
    return held.answer(request, path) ?? answer(objects, { request, path, body });
  });
  return Object.assign(held, { server, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() });
}

interface Asked {
  readonly request: Received;
  readonly path: string;
  readonly body: Record<string, unknown>;
}

function answer(objects: Map<string, TestObject>, { request, path, body }: Asked): Reply {
  const found = objects.get(path);
  const missing = () => refusal(404, "RESOURCE_DOES_NOT_EXIST", `Path (${path}) doesn't exist.`);
  switch (`${request.method} ${request.path}`) {
    case `GET ${base}/get-status`:
      return found === undefined ? missing() : infoOf(path, found);
    case `GET ${base}/list`:
      if (found === undefined) return missing();
      return {
        objects: [...objects].filter(([one]) => parentOf(one) === path).map(([one, object]) => infoOf(one, object)),
      };
    case `GET ${base}/export`:
      return found === undefined ? missing() : { content: found.content.toString("base64") };
    case `POST ${base}/mkdirs`:
      for (let at = path; at !== ""; at = parentOf(at)) if (!objects.has(at)) objects.set(at, folder);
      return {};
    case `POST ${base}/import`:
      return imported(objects, path, body);
    case `POST ${base}/delete`:
      for (const one of objects.keys()) if (one === path || one.startsWith(`${path}/`)) objects.delete(one);
      return {};
    default:
      return refusal(404, "ENDPOINT_NOT_FOUND", "No API found");
  }
}

function imported(objects: Map<string, TestObject>, path: string, body: Record<string, unknown>): Reply {
  const content = Buffer.from(String(body["content"]), "base64");
  const isNotebook = path.endsWith(".ipynb") || content.toString("latin1").startsWith("# Databricks notebook source");
  const target = isNotebook ? path.replace(/\.\w+$/, "") : path;
  if (objects.has(target) && body["overwrite"] !== true) {
    return refusal(400, "RESOURCE_ALREADY_EXISTS", `Path (${target}) already exists.`);
  }
  if (!objects.has(parentOf(target)))
    return refusal(404, "RESOURCE_DOES_NOT_EXIST", "The parent folder does not exist.");
  objects.set(target, { type: isNotebook ? "NOTEBOOK" : "FILE", content });
  return {};
}

function infoOf(path: string, { type, content }: TestObject): object {
  return {
    path,
    object_type: type,
    object_id: 5,
    ...(type === "NOTEBOOK" ? { language: "PYTHON" } : {}),
    ...(type === "FILE" ? { size: content.length } : {}),
    modified_at: 1_790_000_000_000,
  };
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
