// For tests: a workspace that holds one notebook as source.
import type { Routes } from "./testing.ts";

export const notebookPath = "/Workspace/Users/me@example.com/nb";

export interface NotebookRoutes {
  readonly routes: Routes;
  /** Every version of the source, the first one first. */
  readonly stored: string[];
  /** The language of each import. */
  readonly languages: string[];
}

export function notebookRoutes(source: string, language = "PYTHON"): NotebookRoutes {
  const stored = [source];
  const languages: string[] = [];
  const info = { path: notebookPath, object_type: "NOTEBOOK", language, object_id: 5, modified_at: 1 };
  const routes: Routes = {
    "GET /api/2.0/workspace/get-status": () => info,
    "GET /api/2.0/workspace/export": () => ({ content: Buffer.from(stored.at(-1) ?? "").toString("base64") }),
    "POST /api/2.0/workspace/import": (_request, json) => {
      stored.push(Buffer.from(String(json["content"]), "base64").toString());
      languages.push(String(json["language"]));
      return {};
    },
  };
  return { routes, stored, languages };
}
