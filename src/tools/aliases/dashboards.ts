// Older tools of dashboards.
import { eras, span } from "./eras.ts";
import type { OlderTool } from "./row.ts";
import { by, carriedArguments, leads, refuse, to, whether } from "./routers.ts";

const { head, v8, v0 } = eras;

const needed = ["display_name", "parent_path", "serialized_dashboard", "warehouse_id"];

/** What is at that name is overwritten; then it is published, with the credentials of who publishes, as it was. */
const createOrUpdate = leads("create_dashboard publish_dashboard", (args) => {
  const missing = needed.find((name) => args.all[name] === undefined);
  if (missing !== undefined) return refuse(`${missing} is missing`, `It needs ${needed.join(", ")}.`);
  const carried = carriedArguments(
    args,
    "display_name=name parent_path=folder serialized_dashboard=definition warehouse_id",
    { fixed: { overwrite: true } },
  );
  return {
    tool: "create_dashboard",
    arguments: carried,
    after: ({ dashboard_id }) => {
      if (args.all["publish"] !== true) return undefined;
      const { warehouse_id } = args.all;
      return { tool: "publish_dashboard", arguments: { dashboard_id, warehouse_id, embed_credentials: true } };
    },
  };
});

const get = to("get_dashboard", "dashboard_id");
const list = to("list_dashboards", "", {
  fixed: { limit: 200 },
  adapts: { page_size: (value) => ({ limit: Math.min(500, Math.max(1, Number(value))) }) },
});
const remove = to("delete_dashboard", "dashboard_id");
const publish = to("publish_dashboard", "dashboard_id warehouse_id embed_credentials");
const unpublish = to("unpublish_dashboard", "dashboard_id", { drops: "publish" });

const published = leads("publish_dashboard unpublish_dashboard", (args, around) => {
  if (args.all["publish"] === false) return unpublish.route(args, around);
  return publish.route(args, around);
});

const document = "display_name: str, parent_path: str, serialized_dashboard: json, warehouse_id: str";

export const dashboardTools: readonly OlderTool[] = [
  {
    name: "manage_dashboard",
    generations: span(head),
    toolset: "dashboards",
    parameters:
      "action: create_or_update|get|list|delete|publish|unpublish, display_name?: str, parent_path?: str, serialized_dashboard?: json, warehouse_id?: str, publish: bool = true, dashboard_id?: str, embed_credentials: bool = true",
    does: "Creates, overwrites, shows, lists, deletes, publishes or unpublishes dashboards.",
    router: by("action", { create_or_update: createOrUpdate, get, list, delete: remove, publish, unpublish }),
  },
  {
    name: "create_or_update_dashboard",
    generations: span(v8),
    toolset: "dashboards",
    parameters: `${document}, publish: bool = true`,
    does: "Creates a dashboard or overwrites the one of the name, and publishes it.",
    router: createOrUpdate,
  },
  {
    name: "create_or_update_dashboard",
    generations: span(v0),
    toolset: "dashboards",
    parameters: `${document.replace("json", "str")}, publish: bool = true`,
    does: "Creates a dashboard or overwrites the one of the name, and publishes it.",
    router: createOrUpdate,
  },
  {
    name: "get_dashboard",
    generations: span(v8),
    toolset: "dashboards",
    parameters: "dashboard_id?: str, page_size: int = 25",
    does: "Shows a dashboard, or lists them.",
    router: whether("dashboard_id", get, list),
  },
  {
    name: "get_dashboard",
    generations: span(v0),
    toolset: "dashboards",
    parameters: "dashboard_id: str",
    does: "Shows a dashboard.",
    router: get,
  },
  {
    name: "list_dashboards",
    generations: span(v0),
    toolset: "dashboards",
    parameters: "page_size: int = 25",
    does: "Lists dashboards.",
    router: list,
  },
  {
    name: "delete_dashboard",
    generations: span(v8),
    toolset: "dashboards",
    parameters: "dashboard_id: str",
    does: "Moves a dashboard to the trash.",
    router: remove,
  },
  {
    name: "trash_dashboard",
    generations: span(v0),
    toolset: "dashboards",
    parameters: "dashboard_id: str",
    does: "Moves a dashboard to the trash.",
    router: remove,
  },
  {
    name: "publish_dashboard",
    generations: span(v8),
    toolset: "dashboards",
    parameters: "dashboard_id: str, warehouse_id?: str, publish: bool = true, embed_credentials: bool = true",
    does: "Publishes a dashboard, or unpublishes it where publish is false.",
    router: published,
  },
  {
    name: "publish_dashboard",
    generations: span(v0),
    toolset: "dashboards",
    parameters: "dashboard_id: str, warehouse_id: str, embed_credentials: bool = true",
    does: "Publishes a dashboard.",
    router: publish,
  },
  {
    name: "unpublish_dashboard",
    generations: span(v0),
    toolset: "dashboards",
    parameters: "dashboard_id: str",
    does: "Unpublishes a dashboard.",
    router: unpublish,
  },
];
