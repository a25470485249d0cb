// Storage credentials, external locations, and what a credential can do. No cloud is reached: what a location may do
// follows from its own and its credential's read_only.
import type { JsonObject } from "../../platform/json.ts";
import { metastoreId, requireRoot, rootObjects, rootView } from "../catalog/metastore.ts";
import { rootRoutes } from "../catalog/root-routes.ts";
import { invalid, optionalFlag, optionalObject, optionalText, requiredText } from "../http/fields.ts";
import { ApiFault, type Handler, type Route } from "../http/route.ts";
import type { World } from "../world.ts";

const identities = [
  "aws_iam_role",
  "azure_managed_identity",
  "azure_service_principal",
  "databricks_gcp_service_account",
];

function readCredential(
  body: JsonObject,
  { world, before }: Parameters<Parameters<typeof rootRoutes>[1]["read"]>[1],
): JsonObject {
  const given = identities.filter((name) => optionalObject(body[name], name) !== undefined);
  const [identity, second] = given;
  if (second !== undefined || (identity === undefined && before === undefined)) {
    throw invalid(`Exactly one of ${identities.join(", ")} must be given.`);
  }
  const others = Object.fromEntries(identities.filter((name) => name !== identity).map((name) => [name, null]));
  return {
    ...(identity === undefined ? {} : { ...others, [identity]: identityView(world, identity, body) }),
    ...flagField(body, "read_only", before === undefined),
    ...(before === undefined ? { id: crypto.randomUUID(), isolation_mode: "ISOLATION_MODE_OPEN" } : {}),
  };
}

/** With what the workspace adds: whom the cloud is to trust. */
function identityView(world: World, identity: string, body: JsonObject): JsonObject {
  const given = optionalObject(body[identity], identity) ?? {};
  if (identity === "aws_iam_role") {
    const role_arn = requiredText(given["role_arn"], "role_arn");
    if (!role_arn.startsWith("arn:")) throw invalid(`Invalid IAM role ARN '${role_arn}'.`);
    return {
      role_arn,
      unity_catalog_iam_arn: "arn:aws:iam::000000000000:role/emulator",
      external_id: metastoreId(world),
    };
  }
  if (identity === "azure_managed_identity") {
    return { ...given, access_connector_id: requiredText(given["access_connector_id"], "access_connector_id") };
  }
  if (identity === "azure_service_principal") {
    return { directory_id: given["directory_id"] ?? "", application_id: given["application_id"] ?? "" };
  }
  return { email: "emulator@local.iam.gserviceaccount.com", credential_id: crypto.randomUUID() };
}

function readLocation(
  body: JsonObject,
  { world, before }: Parameters<Parameters<typeof rootRoutes>[1]["read"]>[1],
): JsonObject {
  const isNew = before === undefined;
  const url = isNew ? requiredText(body["url"], "url") : optionalText(body["url"], "url");
  const credential = isNew
    ? requiredText(body["credential_name"], "credential_name")
    : optionalText(body["credential_name"], "credential_name");
  if (url !== undefined && !/^(?:s3|abfss|gs|r2|s3a):\/\/[^/]+/.test(url)) throw invalid(`Invalid URL '${url}'.`);
  if (url !== undefined) refuseOverlap(world, url, before?.id);
  const found = credential === undefined ? undefined : requireRoot(world, "storage_credential", credential);
  return {
    ...(url === undefined ? {} : { url: url.replace(/\/+$/, "") }),
    ...(found === undefined ? {} : { credential_name: found.name, credential_id: found.id }),
    ...flagField(body, "read_only", isNew),
    ...(isNew ? { isolation_mode: "ISOLATION_MODE_OPEN" } : {}),
  };
}

/** Two locations never lie in one another. */
function refuseOverlap(world: World, url: string, own: string | undefined): void {
  const place = `${url.replace(/\/+$/, "")}/`;
  const other = rootObjects(world, "external_location")
    .all()
    .find(({ id, fields }) => {
      const there = `${String(fields["url"])}/`;
      return id !== own && (place.startsWith(there) || there.startsWith(place));
    });
  if (other === undefined) return;
  throw new ApiFault(
    409,
    "LOCATION_OVERLAP",
    `Input path url '${url}' overlaps with the external location '${other.name}'.`,
  );
}

/** A flag that is false in a new object, and stays as it is where a change leaves it out. */
function flagField(body: JsonObject, name: string, isNew: boolean): JsonObject {
  if (body[name] === undefined || body[name] === null) return isNew ? { [name]: false } : {};
  return { [name]: optionalFlag(body[name], name) };
}

const validate: Handler = async (call, world) => {
  const body = await call.json();
  const locationName = optionalText(body["external_location_name"], "external_location_name");
  const location = locationName === undefined ? undefined : requireRoot(world, "external_location", locationName);
  const name = optionalText(body["storage_credential_name"], "storage_credential_name");
  const credential = requireRoot(
    world,
    "storage_credential",
    name ??
      (location === undefined
        ? requiredText(name, "storage_credential_name")
        : String(location.fields["credential_name"])),
  );
  const url = optionalText(body["url"], "url") ?? location?.fields["url"];
  if (url === undefined) throw invalid("Either url or external_location_name must be given.");
  const readOnly =
    optionalFlag(body["read_only"], "read_only") ||
    credential.fields["read_only"] === true ||
    location?.fields["read_only"] === true;
  return {
    isDir: true,
    results: ["LIST", "READ", "WRITE", "DELETE"].map((operation) =>
      readOnly && (operation === "WRITE" || operation === "DELETE")
        ? { operation, result: "SKIP", message: "" }
        : { operation, result: "PASS", message: "" },
    ),
  };
};

export const unityStorageRoutes: readonly Route[] = [
  ...rootRoutes("storage_credential", {
    collection: "storage-credentials",
    read: readCredential,
    show: (document) => ({ ...rootView(document), full_name: document.name }),
    dependents: (world, { name }) =>
      rootObjects(world, "external_location")
        .all()
        .filter(({ fields }) => fields["credential_name"] === name)
        .map((location) => location.name),
  }),
  ...rootRoutes("external_location", { collection: "external-locations", read: readLocation }),
  { method: "POST", pattern: "/api/2.1/unity-catalog/validate-storage-credentials", handler: validate },
];
