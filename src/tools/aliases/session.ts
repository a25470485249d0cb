// Older tools of the session: who is signed in, and where.
import { eras, span } from "./eras.ts";
import type { OlderTool } from "./row.ts";
import { by, to } from "./routers.ts";

const { head, v8, v0 } = eras;

export const sessionTools: readonly OlderTool[] = [
  {
    name: "get_current_user",
    generations: span(head, v0),
    toolset: "identity",
    parameters: "",
    does: "Tells who is signed in and where the home folder is.",
    router: to("get_current_user"),
  },
  {
    name: "manage_workspace",
    generations: span(head, v8),
    toolset: "identity",
    parameters: "action: status|list|switch|login, profile?: str, host?: str",
    does: "Tells who is signed in and where, lists profiles, goes over to another, or signs in.",
    router: by("action", {
      status: to("get_current_user"),
      list: to("list_profiles"),
      switch: to("switch_workspace", "profile"),
      login: to("sign_in", "host profile"),
    }),
  },
];
