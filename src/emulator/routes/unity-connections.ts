// Connections to other systems. They are kept and shown, and lead nowhere.
import { rootRoutes } from "../catalog/root-routes.ts";
import { rootView } from "../catalog/metastore.ts";
import { invalid, optionalFlag, optionalTextMap, requiredText } from "../http/fields.ts";
import type { Route } from "../http/route.ts";

const types = [
  "BIGQUERY",
  "DATABRICKS",
  "GA4_RAW_DATA",
  "GLUE",
  "HIVE_METASTORE",
  "HTTP",
  "MYSQL",
  "ORACLE",
  "POSTGRESQL",
  "REDSHIFT",
  "SALESFORCE",
  "SALESFORCE_DATA_CLOUD",
  "SERVICENOW",
  "SNOWFLAKE",
  "SQLDW",
  "SQLSERVER",
  "TERADATA",
  "WORKDAY_RAAS",
];

/** Options that no answer shows. */
const secrets = /password|secret|token|private_key|GoogleServiceAccountKeyJson/i;

export const unityConnectionsRoutes: readonly Route[] = rootRoutes("connection", {
  collection: "connections",
  read: (body, { before }) => {
    const options = optionalTextMap(body["options"], "options");
    if (options === undefined) throw invalid("Missing required field: options");
    if (before !== undefined) return { options };
    const type = requiredText(body["connection_type"], "connection_type");
    if (!types.includes(type)) throw invalid(`Connection type '${type}' is not supported.`);
    if (options["host"] === undefined && !["GLUE", "BIGQUERY", "SALESFORCE"].includes(type))
      throw invalid("The following option(s) are required: host.");
    return {
      connection_type: type,
      options,
      read_only: optionalFlag(body["read_only"], "read_only"),
      connection_id: crypto.randomUUID(),
      credential_type: type === "HTTP" ? "BEARER_TOKEN" : "USERNAME_PASSWORD",
      securable_type: "CONNECTION",
    };
  },
  show: (document) => {
    const { options, ...fields } = rootView(document);
    const shown = Object.entries(optionalTextMap(options, "options") ?? {}).filter(([name]) => !secrets.test(name));
    return { ...fields, options: Object.fromEntries(shown) };
  },
});
