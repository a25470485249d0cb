// Older tools of Unity Catalog: objects, grants, credentials and locations, connections, sharing.
import { eras, span } from "./eras.ts";
import type { OlderArguments, OlderTool, Route, Router } from "./row.ts";
import { by, carriedArguments, leads, never, refuse, textOf, to } from "./routers.ts";

const { head, v0 } = eras;

/** Objects were named in full, or by their parts. */
function fullName({ all }: OlderArguments): string {
  const { full_name: full, catalog_name: catalog, schema_name: schema, name } = all;
  return textOf(full) || [catalog, schema, name].map(textOf).filter(Boolean).join(".");
}

/** What tells, changes or deletes an object of that type. */
function onObjects(type: string): Readonly<Record<"get" | "update" | "delete", Router>> {
  const on = (tool: string, carried: string): Router =>
    leads(tool, (args) => {
      const name = fullName(args);
      if (name === "") return refuse("full_name is missing", `Give the ${type}'s full_name.`);
      return { tool, arguments: { securable_type: type, full_name: name, ...carriedArguments(args, carried) } };
    });
  return {
    get: on("get_securable", ""),
    update: on("update_securable", "new_name owner comment isolation_mode properties"),
    delete: on("delete_securable", "force"),
  };
}

/** Of `full_name`, where the parts are not given. */
function partsOf(args: OlderArguments): readonly string[] {
  return fullName(args).split(".");
}

const createSchema = leads("create_schema", (args) => {
  const [catalog, schema] = partsOf(args);
  if (schema === undefined) return refuse("catalog_name or name is missing", "A schema is named by both.");
  const carried = carriedArguments(args, "comment storage_root properties");
  return { tool: "create_schema", arguments: { catalog, schema, ...carried } };
});

const createVolume = leads("create_volume", (args) => {
  const [catalog, schema, volume] = partsOf(args);
  if (volume === undefined) return refuse("a part of the name is missing", "Give catalog_name, schema_name and name.");
  const isExternal = textOf(args.all["volume_type"]).toUpperCase() === "EXTERNAL";
  if (isExternal && args.all["storage_location"] === undefined) {
    return refuse("storage_location is missing", "An external volume is somewhere: give its storage_location.");
  }
  const carried = carriedArguments(args, "comment storage_location");
  return { tool: "create_volume", arguments: { catalog, schema, volume, ...carried } };
});

const listIn = { fixed: { limit: 500 } };

const objects = by("object_type", {
  catalog: by("action", {
    create: to("create_catalog", "name=catalog comment storage_root properties"),
    list: to("list_catalogs", "", listIn),
    ...onObjects("catalog"),
  }),
  schema: by("action", {
    create: createSchema,
    list: to("list_schemas", "catalog_name=catalog", listIn),
    ...onObjects("schema"),
  }),
  volume: by("action", {
    create: createVolume,
    list: to("list_volumes", "catalog_name=catalog schema_name=schema", listIn),
    ...onObjects("volume"),
  }),
  function: by("action", {
    create: never("a function is not made of these arguments", "`create_function` makes one, or `execute_sql`."),
    list: to("list_securables", "catalog_name=catalog schema_name=schema", {
      fixed: { securable_type: "function", limit: 500 },
    }),
    ...onObjects("function"),
  }),
});

const securable = (value: unknown) => ({ securable_type: textOf(value).toLowerCase().replaceAll(/[- ]/g, "_") });
const privileges = (value: unknown) => ({
  privileges: Array.isArray(value) ? value.map((one) => String(one).toUpperCase().replaceAll(" ", "_")) : [],
});
const changesGrants = { adapts: { securable_type: securable, privileges } };

const credentialFields = "name aws_iam_role_arn azure_access_connector_id=azure_access_connector comment";
const locationFields = "name url credential_name comment";
/** What was false because nothing was said stays as it is. */
const readOnly = { adapts: { read_only: (value: unknown) => ({ read_only: value }) } };

const storage = by("resource_type", {
  credential: by("action", {
    create: to("create_storage_credential", credentialFields, readOnly),
    get: to("get_securable", "name=full_name", { fixed: { securable_type: "storage_credential" } }),
    list: to("list_securables", "", { fixed: { securable_type: "storage_credential", limit: 500 } }),
    update: to("update_storage_credential", `${credentialFields} new_name owner`, readOnly),
    delete: to("delete_securable", "name=full_name force", { fixed: { securable_type: "storage_credential" } }),
    validate: to("validate_storage_credential", "name url", readOnly),
  }),
  external_location: by("action", {
    create: to("create_external_location", locationFields, readOnly),
    get: to("get_securable", "name=full_name", { fixed: { securable_type: "external_location" } }),
    list: to("list_securables", "", { fixed: { securable_type: "external_location", limit: 500 } }),
    update: to("update_external_location", `${locationFields} new_name owner`, readOnly),
    delete: to("delete_securable", "name=full_name force", { fixed: { securable_type: "external_location" } }),
  }),
});

const connections = by("action", {
  create: to("create_connection", "name connection_type options comment warehouse_id"),
  get: to("get_securable", "name=full_name", { fixed: { securable_type: "connection" } }),
  list: to("list_securables", "", { fixed: { securable_type: "connection", limit: 500 } }),
  update: to("update_connection", "name options new_name owner"),
  delete: to("delete_securable", "name=full_name", { fixed: { securable_type: "connection" } }),
  create_foreign_catalog: to(
    "create_foreign_catalog",
    "catalog_name=catalog connection_name=connection catalog_options=options comment",
    { drops: "warehouse_id" },
  ),
});

const shareName = "name=full_name";

/** A share is opened to a recipient as anything else is granted. */
function shareGrant(tool: "grant_privileges" | "revoke_privileges"): Router {
  return leads(tool, ({ all }) => {
    const { share_name: share = all["name"], recipient_name: recipient } = all;
    if (share === undefined || recipient === undefined) {
      return refuse("share_name or recipient_name is missing", "Give both.");
    }
    const granted = { securable_type: "share", full_name: share, principal: recipient, privileges: ["SELECT"] };
    return { tool, arguments: granted };
  });
}

function ofShare(tool: "add_to_share" | "remove_from_share"): Router {
  return leads(tool, ({ all }): Route => {
    const { name: share = all["share_name"], table_name: table, shared_as: sharedAs, partition_spec: partitions } = all;
    if (partitions !== undefined) {
      return refuse(
        "partition_spec as a text means nothing here",
        "`add_to_share` takes partitions as name, op and value.",
      );
    }
    if (share === undefined || table === undefined) return refuse("name or table_name is missing", "Give both.");
    const isNamed = tool === "add_to_share" && sharedAs !== undefined;
    return { tool, arguments: { share, object: table, ...(isNamed ? { shared_as: sharedAs } : {}) } };
  });
}

const createRecipient = leads("create_recipient", (args) => {
  const isDatabricks = textOf(args.all["authentication_type"]).toUpperCase() === "DATABRICKS";
  if (isDatabricks && args.all["sharing_id"] === undefined) {
    return refuse("sharing_id is missing", "A recipient on Databricks is known by its sharing identifier.");
  }
  const carried = carriedArguments(args, "name comment ip_access_list sharing_id=sharing_identifier");
  return { tool: "create_recipient", arguments: carried };
});

const sharing = by("resource_type", {
  share: by("action", {
    create: to("create_share", "name comment"),
    get: to("get_securable", shareName, { fixed: { securable_type: "share" }, drops: "include_shared_data" }),
    list: to("list_securables", "", { fixed: { securable_type: "share", limit: 500 } }),
    delete: to("delete_securable", shareName, { fixed: { securable_type: "share" } }),
    add_table: ofShare("add_to_share"),
    remove_table: ofShare("remove_from_share"),
    grant_to_recipient: shareGrant("grant_privileges"),
    revoke_from_recipient: shareGrant("revoke_privileges"),
  }),
  recipient: by("action", {
    create: createRecipient,
    get: to("get_securable", shareName, { fixed: { securable_type: "recipient" } }),
    list: to("list_securables", "", { fixed: { securable_type: "recipient", limit: 500 } }),
    delete: to("delete_securable", shareName, { fixed: { securable_type: "recipient" } }),
    rotate_token: to("rotate_recipient_token", "name"),
  }),
  provider: by("action", {
    get: to("get_securable", shareName, { fixed: { securable_type: "provider" } }),
    list: to("list_securables", "", { fixed: { securable_type: "provider", limit: 500 } }),
    list_shares: to("list_provider_shares", "name=provider", { fixed: { limit: 500 } }),
  }),
});

export const catalogObjectTools: readonly OlderTool[] = [
  {
    name: "manage_uc_objects",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      "object_type: catalog|schema|volume|function, action: create|get|list|update|delete, name?: str, full_name?: str, catalog_name?: str, schema_name?: str, comment?: str, owner?: str, storage_root?: str, volume_type?: str, storage_location?: str, new_name?: str, properties?: map, isolation_mode?: str, force: bool = false",
    does: "Creates, shows, lists, changes or deletes catalogs, schemas, volumes and functions.",
    router: objects,
  },
  {
    name: "manage_uc_grants",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      "action: grant|revoke|get|get_effective, securable_type: str, full_name: str, principal?: str, privileges?: texts",
    does: "Grants, revokes or shows privileges.",
    router: by("action", {
      grant: to("grant_privileges", "full_name principal", changesGrants),
      revoke: to("revoke_privileges", "full_name principal", changesGrants),
      get: to("get_grants", "full_name principal", { adapts: { securable_type: securable } }),
      get_effective: to("get_grants", "full_name principal", {
        fixed: { effective: true },
        adapts: { securable_type: securable },
      }),
    }),
  },
  {
    name: "manage_uc_storage",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      "resource_type: credential|external_location, action: create|get|list|update|delete|validate, name?: str, aws_iam_role_arn?: str, azure_access_connector_id?: str, url?: str, credential_name?: str, read_only: bool = false, comment?: str, owner?: str, new_name?: str, force: bool = false",
    does: "Creates, shows, lists, changes, deletes storage credentials and external locations, or tries a credential.",
    router: storage,
  },
  {
    name: "manage_uc_connections",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      "action: create|get|list|update|delete|create_foreign_catalog, name?: str, connection_type?: str, options?: map, comment?: str, owner?: str, new_name?: str, connection_name?: str, catalog_name?: str, catalog_options?: map, warehouse_id?: str",
    does: "Creates, shows, lists, changes or deletes connections, and makes foreign catalogs.",
    router: connections,
  },
  {
    name: "manage_uc_sharing",
    generations: span(head, v0),
    toolset: "catalog",
    parameters:
      "resource_type: share|recipient|provider, action: create|get|list|delete|add_table|remove_table|grant_to_recipient|revoke_from_recipient|rotate_token|list_shares, name?: str, comment?: str, table_name?: str, shared_as?: str, partition_spec?: str, authentication_type?: str, sharing_id?: str, ip_access_list?: texts, share_name?: str, recipient_name?: str, include_shared_data: bool = true",
    does: "Creates, fills, opens, shows, lists or deletes shares and recipients, and shows providers.",
    router: sharing,
  },
];
