// Older tools of Lakebase.
import { eras, span } from "./eras.ts";
import type { Arguments, OlderArguments, OlderTool, Route } from "./row.ts";
import { by, carriedArguments, columnOf, leads, never, refuse, textOf, to, whether } from "./routers.ts";

const { head, v8, v0 } = eras;

const isAutoscale = (value: unknown): boolean => value === "autoscale";

const createOrUpdateDatabase = leads(
  "get_lakebase_database create_lakebase_project update_lakebase_project create_lakebase_instance update_lakebase_instance",
  (args) => {
    const { name, type } = args.all;
    if (name === undefined) return refuse("name is missing", "Give the database's name.");
    const kind = isAutoscale(type) ? "autoscale" : "provisioned";
    return {
      look: { tool: "get_lakebase_database", arguments: { name, type: kind } },
      next: (found) =>
        kind === "autoscale" ? project(args, found !== undefined) : instance(args, found !== undefined),
    };
  },
);

function project(args: OlderArguments, exists: boolean): Route {
  if (exists) {
    const carried = carriedArguments(args, "name=project display_name");
    return { tool: "update_lakebase_project", arguments: carried };
  }
  const version = Number(args.all["pg_version"]);
  const carried = carriedArguments(args, "name display_name");
  return { tool: "create_lakebase_project", arguments: { ...carried, pg_version: version } };
}

/** Of an instance that is there what was said changes, and no more. */
function instance(args: OlderArguments, exists: boolean): Route {
  if (!exists) return { tool: "create_lakebase_instance", arguments: carriedArguments(args, "name capacity stopped") };
  const { name } = args.all;
  const { capacity, stopped } = args.given;
  const change = { ...(capacity === undefined ? {} : { capacity }), ...(stopped === undefined ? {} : { stopped }) };
  if (Object.keys(change).length === 0) {
    return { tool: "get_lakebase_database", arguments: { name, type: "provisioned" } };
  }
  return { tool: "update_lakebase_instance", arguments: { name, ...change } };
}

const getDatabase = to("get_lakebase_database", "name type");
const listDatabases = to("list_lakebase_databases", "type", { fixed: { limit: 200 } });
/** There the type was always said, so that it chose nothing. */
const listAll = to("list_lakebase_databases", "", { fixed: { limit: 200 }, drops: "type" });

const deleteDatabase = leads("delete_lakebase_project delete_lakebase_instance", ({ all }) => {
  const { name, type, force } = all;
  if (!isAutoscale(type)) return { tool: "delete_lakebase_instance", arguments: { name, force } };
  if (force === true) return refuse("force means nothing for an autoscaling database", "Leave force out.");
  return { tool: "delete_lakebase_project", arguments: { project: name } };
});

const createOrUpdateBranch = leads(
  "get_lakebase_database create_lakebase_branch update_lakebase_branch create_lakebase_endpoint update_lakebase_endpoint",
  (args) => {
    const { project_name: projectName, branch_id: id } = args.all;
    if (projectName === undefined || id === undefined) {
      return refuse("project_name or branch_id is missing", "A branch is named by both.");
    }
    const named = `${textOf(projectName).replace(/^projects\//, "")}/${textOf(id)}`;
    return {
      look: { tool: "get_lakebase_database", arguments: { name: projectName, type: "autoscale" } },
      next: (found) => {
        if (ofBranch(found, textOf(id), "branch") === undefined) return newBranch(args, named);
        return changedBranch(args, { branch: named, endpoint: ofBranch(found, textOf(id), "endpoint") });
      },
    };
  },
);

/** What a project's rows say of the branch in this column. */
function ofBranch(found: Arguments | undefined, id: string, column: string): string | undefined {
  const branches = columnOf(found, "branch");
  const at = branches.findIndex((branch) => branch.split("/").at(-1) === id);
  return at === -1 ? undefined : columnOf(found, column)[at] || undefined;
}

function newBranch(args: OlderArguments, branch: string): Route {
  const { no_expiry: noExpiry, is_protected: isProtected } = args.all;
  if (isProtected === true) {
    return refuse("a new branch cannot be protected at once", "Create it without is_protected, then call this again.");
  }
  const carried = carriedArguments(args, "project_name=project branch_id=name source_branch ttl_seconds");
  const { ttl_seconds: ttl, ...lasting } = carried;
  return {
    tool: "create_lakebase_branch",
    arguments: noExpiry === true || ttl === undefined ? lasting : carried,
    after: () => ({ tool: "create_lakebase_endpoint", arguments: { branch, name: "primary", ...sizeOf(args) } }),
  };
}

function changedBranch(
  args: OlderArguments,
  { branch, endpoint }: { readonly branch: string; readonly endpoint: string | undefined },
): Route {
  const carried = carriedArguments(args, "is_protected ttl_seconds no_expiry");
  return {
    tool: "update_lakebase_branch",
    arguments: { branch, ...carried },
    after: () => {
      const { endpoint_type: _type, ...size } = sizeOf(args);
      if (Object.keys(size).length === 0) return undefined;
      if (endpoint === undefined) return { tool: "create_lakebase_endpoint", arguments: { branch, ...sizeOf(args) } };
      return { tool: "update_lakebase_endpoint", arguments: { endpoint, ...size } };
    },
  };
}

function sizeOf(args: OlderArguments) {
  const isReading = args.all["endpoint_type"] === "ENDPOINT_TYPE_READ_ONLY";
  return carriedArguments(
    args,
    "autoscaling_limit_min_cu=min_cu autoscaling_limit_max_cu=max_cu scale_to_zero_seconds=suspend_after_seconds",
    { fixed: { endpoint_type: isReading ? "read_only" : "read_write" } },
  );
}

const deleteBranch = to("delete_lakebase_branch", "name=branch");

const createSync = leads("create_synced_table", (args) => {
  const carried = carriedArguments(
    args,
    "source_table_name=source_table target_table_name=target_table instance_name=instance database_name primary_key_columns scheduling_policy=policy",
  );
  if (carried["primary_key_columns"] === undefined) {
    return refuse("primary_key_columns is missing", "Name the columns of the source table that make a row unique.");
  }
  if (
    args.all["catalog_name"] !== undefined &&
    !textOf(args.all["target_table_name"]).startsWith(`${textOf(args.all["catalog_name"])}.`)
  ) {
    return refuse("catalog_name is not that of target_table_name", "Write target_table_name as catalog.schema.table.");
  }
  return { tool: "create_synced_table", arguments: carried };
});
const deleteSync = to("delete_synced_table", "table_name=table", { drops: "catalog_name" });

const database = `type: str = "provisioned", capacity: str = "CU_1", stopped: bool = false, display_name?: str, pg_version: str = "17"`;
const branchSize = `source_branch?: str, ttl_seconds?: int, no_expiry: bool = false, is_protected?: bool, endpoint_type: str = "ENDPOINT_TYPE_READ_WRITE", autoscaling_limit_min_cu?: num, autoscaling_limit_max_cu?: num, scale_to_zero_seconds?: int`;
const syncRest = `catalog_name?: str, database_name: str = "databricks_postgres", primary_key_columns?: texts, scheduling_policy: str = "TRIGGERED"`;

export const lakebaseTools: readonly OlderTool[] = [
  {
    name: "manage_lakebase_database",
    generations: span(head),
    toolset: "lakebase",
    parameters: `action: create_or_update|get|list|delete, name?: str, ${database}, force: bool = false`,
    does: "Creates, changes, shows, lists or deletes Lakebase databases.",
    router: by("action", {
      create_or_update: createOrUpdateDatabase,
      get: getDatabase,
      list: listAll,
      delete: deleteDatabase,
    }),
  },
  {
    name: "manage_lakebase_branch",
    generations: span(head),
    toolset: "lakebase",
    parameters: `action: create_or_update|delete, project_name?: str, branch_id?: str, ${branchSize}, name?: str`,
    does: "Creates a branch with an endpoint, changes or deletes it.",
    router: by("action", { create_or_update: createOrUpdateBranch, delete: deleteBranch }),
  },
  {
    name: "manage_lakebase_sync",
    generations: span(head),
    toolset: "lakebase",
    parameters: `action: create_or_update|delete, instance_name?: str, source_table_name?: str, target_table_name?: str, ${syncRest}, table_name?: str`,
    does: "Creates or deletes a synced table.",
    router: by("action", { create_or_update: createSync, delete: deleteSync }),
  },
  {
    name: "generate_lakebase_credential",
    generations: span(head, v0),
    toolset: "lakebase",
    parameters: "instance_names?: texts, endpoint?: str",
    does: "Put a password for Postgres into the chat; no tool does that any more.",
    router: never(
      "a password is not put into the chat",
      "`create_lakebase_credential` puts it into a local password file that only its owner can read.",
    ),
  },
  {
    name: "create_or_update_lakebase_database",
    generations: span(v8, v0),
    toolset: "lakebase",
    parameters: `name: str, ${database}`,
    does: "Creates or changes a Lakebase database.",
    router: createOrUpdateDatabase,
  },
  {
    name: "get_lakebase_database",
    generations: span(v8, v0),
    toolset: "lakebase",
    parameters: "name?: str, type?: str",
    does: "Shows a Lakebase database, or lists them.",
    router: whether("name", getDatabase, listDatabases),
  },
  {
    name: "delete_lakebase_database",
    generations: span(v8, v0),
    toolset: "lakebase",
    parameters: `name: str, type: str = "provisioned", force: bool = false`,
    does: "Deletes a Lakebase database.",
    router: deleteDatabase,
  },
  {
    name: "create_or_update_lakebase_branch",
    generations: span(v8, v0),
    toolset: "lakebase",
    parameters: `project_name: str, branch_id: str, ${branchSize}`,
    does: "Creates a branch with an endpoint, or changes it.",
    router: createOrUpdateBranch,
  },
  {
    name: "delete_lakebase_branch",
    generations: span(v8, v0),
    toolset: "lakebase",
    parameters: "name: str",
    does: "Deletes a branch.",
    router: deleteBranch,
  },
  {
    name: "create_or_update_lakebase_sync",
    generations: span(v8, v0),
    toolset: "lakebase",
    parameters: `instance_name: str, source_table_name: str, target_table_name: str, ${syncRest}`,
    does: "Creates a synced table.",
    router: createSync,
  },
  {
    name: "delete_lakebase_sync",
    generations: span(v8, v0),
    toolset: "lakebase",
    parameters: "table_name: str, catalog_name?: str",
    does: "Deletes a synced table.",
    router: deleteSync,
  },
];
