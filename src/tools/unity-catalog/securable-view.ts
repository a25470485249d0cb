// A securable as the tools tell of it: what all have in common, and the fields of its kind. Only fields that are listed
// here are told, so that no secret travels: options of connections, tokens and activation links stay where they are.
import * as z from "zod";
import type { Json, JsonObject } from "../../platform/json.ts";
import { object, objects, text, texts, timeMs } from "../../workspace/fields.ts";
import { isoTime, tableFields, tableOf, type Table } from "../fields.ts";
import { fieldLines, fieldText, tableLines } from "../text.ts";
import type { SecurableType } from "./securables.ts";

export const securableFields = {
  securable_type: z.string(),
  full_name: z.string(),
  owner: z.string().optional(),
  comment: z.string().optional(),
  created: z.string().optional(),
  updated: z.string().optional(),
  details: z.record(z.string(), z.string()).optional(),
};

export const securableOutput = z.object({ ...securableFields, hint: z.string().optional() });

export const describedOutput = z.object({ ...securableFields, ...tableFields, hint: z.string().optional() });

export function securableText(output: z.output<typeof securableOutput>): string {
  return fieldText(fieldLines(output));
}

export function describedText({ columns, rows, ...rest }: z.output<typeof describedOutput>): string {
  return fieldText(fieldLines(rest), tableLines(columns, rows));
}

/** Fields beyond the common ones, by kind; a point goes into an object. */
const told: Readonly<Record<SecurableType, readonly string[]>> = {
  catalog: ["catalog_type", "isolation_mode", "storage_root", "connection_name", "provider_name", "share_name"],
  schema: ["catalog_type", "storage_root"],
  table: ["table_type", "data_source_format", "storage_location"],
  volume: ["volume_type", "storage_location"],
  function: ["full_data_type", "routine_body", "routine_definition", "external_language", "security_type"],
  storage_credential: [
    "aws_iam_role.role_arn",
    "aws_iam_role.external_id",
    "aws_iam_role.unity_catalog_iam_arn",
    "azure_managed_identity.access_connector_id",
    "azure_managed_identity.managed_identity_id",
    "databricks_gcp_service_account.email",
    "read_only",
    "isolation_mode",
    "used_for_managed_storage",
  ],
  external_location: ["url", "credential_name", "read_only", "fallback", "isolation_mode"],
  connection: ["connection_type", "credential_type", "url", "read_only"],
  share: ["storage_root"],
  recipient: ["authentication_type", "activated", "data_recipient_global_metastore_id", "cloud", "region"],
  provider: ["authentication_type", "data_provider_global_metastore_id", "cloud", "region"],
  metastore: [],
};

export function securableView(type: SecurableType, wire: JsonObject) {
  const details = { ...detailsOf(type, wire), ...propertiesOf(type, wire) };
  return {
    securable_type: type,
    full_name: text(wire, "full_name") ?? text(wire, "name") ?? "",
    owner: text(wire, "owner"),
    comment: text(wire, "comment"),
    created: isoTime(timeMs(wire, "created_at")),
    updated: isoTime(timeMs(wire, "updated_at")),
    details: Object.keys(details).length === 0 ? undefined : details,
  };
}

export function detailsOf(type: SecurableType, wire: JsonObject): Record<string, string> {
  const entries = told[type].map((path): [string, string | undefined] => [path, scalarText(valueAt(wire, path))]);
  const known = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
  const addresses = texts(object(wire, "ip_access_list") ?? {}, "allowed_ip_addresses");
  if (type === "recipient" && addresses.length > 0) known.push(["ip_access_list", addresses.join(", ")]);
  return Object.fromEntries(known);
}

function propertiesOf(type: SecurableType, wire: JsonObject): Record<string, string> {
  if (type !== "connection") return prefixed("properties", object(wire, "properties") ?? {}, scalarText);
  const harmless = new Set(["host", "port", "database", "httppath", "base_path", "account", "sfwarehouse", "user"]);
  return prefixed("options", object(wire, "options") ?? {}, (value, name) =>
    harmless.has(name.toLowerCase()) ? scalarText(value) : "(set)",
  );
}

function prefixed(
  prefix: string,
  values: JsonObject,
  show: (value: Json | undefined, name: string) => string | undefined,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => {
      const shown = show(value, name);
      return shown === undefined ? [] : [[`${prefix}.${name}`, shown]];
    }),
  );
}

function valueAt(wire: JsonObject, path: string): Json | undefined {
  const [first = "", ...rest] = path.split(".");
  return rest.length === 0 ? wire[first] : valueAt(object(wire, first) ?? {}, rest.join("."));
}

function scalarText(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** What a function takes, and what a share holds. */
export function innerTable(type: SecurableType, wire: JsonObject): Table {
  if (type === "function") {
    return tableOf(objects(object(wire, "input_params") ?? {}, "parameters"), {
      parameter: (one) => text(one, "name"),
      type: (one) => text(one, "type_text"),
      default: (one) => text(one, "parameter_default"),
      comment: (one) => text(one, "comment"),
    });
  }
  if (type !== "share") return { columns: [], rows: [] };
  return tableOf(objects(wire, "objects"), {
    object: (one) => text(one, "name"),
    type: (one) => text(one, "data_object_type"),
    shared_as: (one) => text(one, "shared_as") ?? text(one, "string_shared_as"),
    status: (one) => text(one, "status"),
    partitions: (one) => partitionText(objects(one, "partitions")),
  });
}

function partitionText(partitions: readonly JsonObject[]): string | undefined {
  const one = (partition: JsonObject): string =>
    objects(partition, "values")
      .map((value) => {
        const key = text(value, "recipient_property_key");
        const wanted = key === undefined ? JSON.stringify(value["value"] ?? null) : `recipient.${key}`;
        return `${text(value, "name")} ${text(value, "op") === "LIKE" ? "LIKE" : "="} ${wanted}`;
      })
      .join(" AND ");
  return partitions.length === 0 ? undefined : partitions.map(one).join(" OR ");
}
