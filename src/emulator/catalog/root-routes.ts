// The routes that every kind of the metastore's root has: list, get, create, change, delete.
import type { JsonObject } from "../../platform/json.ts";
import { optionalFlag } from "../http/fields.ts";
import { ApiFault, type Call, type Handler, type Route } from "../http/route.ts";
import { pageOf } from "../paging.ts";
import type { World } from "../world.ts";
import { requireMay } from "./grants.ts";
import {
  createRoot,
  metastoreId,
  requireRoot,
  rootObjects,
  rootView,
  updateRoot,
  type RootDocument,
  type RootKind,
} from "./metastore.ts";
import { findSecurable } from "./securables.ts";

interface RootOptions {
  /** The last part of the path; with low lines the field of the list. */
  readonly collection: string;
  /** The fields of the kind in a body. Throws INVALID_PARAMETER_VALUE. */
  readonly read: (
    body: JsonObject,
    around: { readonly world: World; readonly before: RootDocument | undefined },
  ) => JsonObject;
  /** How one is shown; all its fields unless given. */
  readonly show?: (document: RootDocument, call: Call) => JsonObject;
  /** What depends on it, which keeps it from being deleted without force. */
  readonly dependents?: (world: World, document: RootDocument) => readonly string[];
}

const unity = "/api/2.1/unity-catalog";

export function rootRoutes(kind: RootKind, options: RootOptions): readonly Route[] {
  const path = `${unity}/${options.collection}`;
  const show = options.show ?? rootView;
  const nameOf = (call: Call): string => call.params["name"] ?? "";
  const list: Handler = (call, world) => {
    const all = rootObjects(world, kind)
      .all()
      .toSorted((one, other) => one.name.localeCompare(other.name, "en"));
    const field = options.collection.replaceAll("-", "_");
    const size = Number(call.query.get("max_results") ?? 0) || 100;
    const page = pageOf(all, { size, token: call.query.get("page_token") });
    return {
      ...(page.items.length === 0 ? {} : { [field]: page.items.map((one) => show(one, call)) }),
      ...(page.next === undefined ? {} : { next_page_token: page.next }),
    };
  };
  const create: Handler = async (call, world) => {
    const on = await findSecurable(world, "metastore", metastoreId(world));
    requireMay(world, call.caller, { on, privilege: `CREATE_${kind.toUpperCase()}` });
    const body = await call.json();
    const fields = options.read(body, { world, before: undefined });
    return show(createRoot(world, kind, { body, fields, caller: call.caller }), call);
  };
  const update: Handler = async (call, world) => {
    const before = await managed(call, world, kind);
    const body = await call.json();
    const fields = options.read(body, { world, before });
    return show(updateRoot(world, kind, { before, body, fields, caller: call.caller }), call);
  };
  const remove: Handler = async (call, world) => {
    const document = await managed(call, world, kind);
    const dependents = options.dependents?.(world, document) ?? [];
    if (dependents.length > 0 && !optionalFlag(call.query.get("force"), "force")) {
      throw new ApiFault(400, "INVALID_STATE", `'${document.name}' is used by ${dependents.join(", ")}.`);
    }
    rootObjects(world, kind).delete(document.name.toLowerCase());
    return {};
  };
  return [
    { method: "GET", pattern: path, handler: list },
    { method: "POST", pattern: path, handler: create },
    {
      method: "GET",
      pattern: `${path}/{name}`,
      handler: (call, world) => show(requireRoot(world, kind, nameOf(call)), call),
    },
    { method: "PATCH", pattern: `${path}/{name}`, handler: update },
    { method: "DELETE", pattern: `${path}/{name}`, handler: remove },
  ];
}

/** The object of the call, which the caller may manage. */
export async function managed(call: Call, world: World, kind: RootKind): Promise<RootDocument> {
  const document = requireRoot(world, kind, call.params["name"] ?? "");
  requireMay(world, call.caller, { on: await findSecurable(world, kind, document.name), privilege: "MANAGE" });
  return document;
}
