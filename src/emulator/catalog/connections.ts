// What a connection to another system must have.
import type { JsonObject } from "../../platform/json.ts";
import { invalid, optionalFlag, optionalTextMap, requiredText } from "../http/fields.ts";
import type { RootDocument } from "./metastore.ts";

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

/** The fields of a connection in a body. Throws INVALID_PARAMETER_VALUE. */
export function connectionFields(body: JsonObject, before: RootDocument | undefined): JsonObject {
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
}
