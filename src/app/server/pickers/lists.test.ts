// In which order choices stand.
import { expect, test } from "bun:test";
import { MortarError } from "../../../platform/errors.ts";
import type { Workspace } from "../../../workspace/workspace.ts";
import { clusters, folders, warehouses } from "./lists.ts";

const signal = new AbortController().signal;
const workspaceOf = (parts: object): Workspace => parts as unknown as Workspace;
const listOf = (items: readonly object[]) => ({ list: () => Promise.resolve({ items, truncated: false }) });

test("clusters: serverless, then what runs, of that what is shared, then by name", async () => {
  const cluster = (clusterName: string, state: string) => ({ clusterId: clusterName, clusterName, state });
  const workspace = workspaceOf({
    clusters: listOf([
      cluster("b", "TERMINATED"),
      cluster("z shared", "TERMINATED"),
      cluster("node 10", "RUNNING"),
      cluster("node 9", "RUNNING"),
      cluster("Team Shared", "RUNNING"),
    ]),
  });
  const found = await clusters({ workspace, signal });
  expect(found.map(({ cluster_id: id }) => id)).toEqual([
    "__serverless__",
    "Team Shared",
    "node 9",
    "node 10",
    "z shared",
    "b",
  ]);
});

test("clusters: only serverless compute where an app may not see them, and an error for all else", async () => {
  const failing = (message: string) =>
    workspaceOf({ clusters: { list: () => Promise.reject(new MortarError("permission_denied", message)) } });
  const none = await clusters({ workspace: failing("the token does not have required scopes: clusters"), signal });
  expect(none.map(({ cluster_id: id }) => id)).toEqual(["__serverless__"]);
  await expect(clusters({ workspace: failing("no"), signal })).rejects.toThrow("no");
});

test("warehouses: serverless that run, serverless, shared that run, those that run, the rest", async () => {
  const warehouse = (name: string, serverless: boolean, state: string) => ({ id: name, name, serverless, state });
  const workspace = workspaceOf({
    warehouses: listOf([
      warehouse("stopped", false, "STOPPED"),
      warehouse("runs", false, "RUNNING"),
      warehouse("Shared runs", false, "RUNNING"),
      warehouse("serverless", true, "STOPPED"),
      warehouse("serverless runs", true, "RUNNING"),
    ]),
  });
  const found = await warehouses({ workspace, signal });
  expect(found.map(({ warehouse_name: name }) => name)).toEqual([
    "serverless runs",
    "serverless",
    "Shared runs",
    "runs",
    "stopped",
  ]);
});

test("folders: those in one's own unless another is named, those of Git too, and no files", async () => {
  const asked: string[] = [];
  const workspace = workspaceOf({
    identity: { userName: () => Promise.resolve("me@x.com") },
    objects: {
      list: (path: string) => {
        asked.push(path);
        const kinds = { "b 2": "DIRECTORY", "b 10": "DIRECTORY", note: "NOTEBOOK", repo: "REPO" };
        return Promise.resolve(
          Object.entries(kinds).map(([name, objectType]) => ({ path: `${path}/${name}`, objectType })),
        );
      },
    },
  });
  const found = await folders({ workspace, signal }, undefined);
  expect(found.map(({ name }) => name)).toEqual(["b 2", "b 10", "repo"]);
  await folders({ workspace, signal }, "/Workspace/Shared");
  expect(asked).toEqual(["/Workspace/Users/me@x.com", "/Workspace/Shared"]);
});
