// Older tools of Genie.
import { eras, span } from "./eras.ts";
import type { OlderTool, Route } from "./row.ts";
import { by, byName, carriedArguments, leads, refuse, to, waitsFor, whether } from "./routers.ts";

const { head, v8, v0 } = eras;

/** By its id, else by its exact title. */
const createOrUpdate = leads("list_genie_spaces create_genie_space update_genie_space", (args) => {
  const { space_id: id, display_name: name } = args.all;
  const carried = carriedArguments(
    args,
    "display_name=name table_identifiers=tables sample_questions description warehouse_id serialized_space=definition",
  );
  const change = (space_id: string): Route => ({ tool: "update_genie_space", arguments: { space_id, ...carried } });
  if (typeof id === "string") return change(id);
  if (name === undefined)
    return refuse("display_name is missing", "Give display_name, or the space_id of one to change.");
  return {
    look: { tool: "list_genie_spaces", arguments: { name_filter: name, limit: 500 } },
    next: (found) =>
      byName(found, { name, column: "space_id" }, (there) =>
        there === undefined ? { tool: "create_genie_space", arguments: carried } : change(there),
      ),
  };
});

const get = to("get_genie_space", "space_id include_serialized_space=include_definition");
const list = to("list_genie_spaces", "", { fixed: { limit: 200 } });
const remove = to("delete_genie_space", "space_id");
const exported = to("get_genie_space", "space_id", { fixed: { include_definition: true } });

const imported = leads("create_genie_space", (args) => {
  const carried = carriedArguments(args, "title=name serialized_space=definition description warehouse_id parent_path");
  if (carried["definition"] === undefined) return refuse("serialized_space is missing", "Give what the export gave.");
  return { tool: "create_genie_space", arguments: { name: "Imported space", ...carried } };
});

const ask = to("ask_genie", "space_id question conversation_id", { adapts: { timeout_seconds: waitsFor } });

const space =
  "display_name: str, table_identifiers: texts, warehouse_id?: str, description?: str, sample_questions?: texts, space_id?: str";
const createDoes = "Creates a Genie space, or changes the one of the id or title.";

export const genieTools: readonly OlderTool[] = [
  {
    name: "manage_genie",
    generations: span(head),
    toolset: "genie",
    parameters:
      "action: create_or_update|get|list|delete|export|import, display_name?: str, table_identifiers?: texts, warehouse_id?: str, description?: str, sample_questions?: texts, serialized_space?: str, space_id?: str, include_serialized_space: bool = false, title?: str, parent_path?: str",
    does: "Creates, changes, shows, lists, deletes, exports or imports Genie spaces.",
    router: by("action", {
      create_or_update: createOrUpdate,
      get,
      list,
      delete: remove,
      export: exported,
      import: imported,
    }),
  },
  {
    name: "ask_genie",
    generations: span(head, v8),
    toolset: "genie",
    parameters: "space_id: str, question: str, conversation_id?: str, timeout_seconds: int = 120",
    does: "Asks Genie, anew or in a conversation.",
    router: ask,
  },
  {
    name: "ask_genie",
    generations: span(v0),
    toolset: "genie",
    parameters: "space_id: str, question: str, timeout_seconds: int = 120",
    does: "Asks Genie.",
    router: ask,
  },
  {
    name: "ask_genie_followup",
    generations: span(v0),
    toolset: "genie",
    parameters: "space_id: str, conversation_id: str, question: str, timeout_seconds: int = 120",
    does: "Asks Genie in a conversation.",
    router: ask,
  },
  {
    name: "list_genie",
    generations: span(v0),
    toolset: "genie",
    parameters: "",
    does: "Lists Genie spaces.",
    router: list,
  },
  {
    name: "create_or_update_genie",
    generations: span(v8),
    toolset: "genie",
    parameters: `${space}, serialized_space?: str`,
    does: createDoes,
    router: createOrUpdate,
  },
  {
    name: "create_or_update_genie",
    generations: span(v0),
    toolset: "genie",
    parameters: space,
    does: createDoes,
    router: createOrUpdate,
  },
  {
    name: "get_genie",
    generations: span(v8),
    toolset: "genie",
    parameters: "space_id?: str, include_serialized_space: bool = false",
    does: "Shows a Genie space, or lists them.",
    router: whether("space_id", get, list),
  },
  {
    name: "get_genie",
    generations: span(v0),
    toolset: "genie",
    parameters: "space_id: str",
    does: "Shows a Genie space.",
    router: to("get_genie_space", "space_id"),
  },
  {
    name: "delete_genie",
    generations: span(v8, v0),
    toolset: "genie",
    parameters: "space_id: str",
    does: "Deletes a Genie space.",
    router: remove,
  },
  {
    name: "migrate_genie",
    generations: span(v8),
    toolset: "genie",
    parameters:
      "type: export|import, space_id?: str, warehouse_id?: str, serialized_space?: str, title?: str, description?: str, parent_path?: str",
    does: "Exports a Genie space, or imports one.",
    router: by("type", { export: exported, import: imported }),
  },
];
