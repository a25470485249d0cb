// Connections to other systems. They are kept and shown, and lead nowhere.
import { connectionFields } from "../catalog/connections.ts";
import { rootRoutes } from "../catalog/root-routes.ts";
import { rootView } from "../catalog/metastore.ts";
import { optionalTextMap } from "../http/fields.ts";
import type { Route } from "../http/route.ts";

/** Options that no answer shows. */
const secrets = /password|secret|token|private_key|GoogleServiceAccountKeyJson/i;

export const unityConnectionsRoutes: readonly Route[] = rootRoutes("connection", {
  collection: "connections",
  read: (body, { before }) => connectionFields(body, before),
  show: (document) => {
    const { options, ...fields } = rootView(document);
    const shown = Object.entries(optionalTextMap(options, "options") ?? {}).filter(([name]) => !secrets.test(name));
    return { ...fields, full_name: document.name, options: Object.fromEntries(shown) };
  },
});
