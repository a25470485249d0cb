// Uploads in parts and presigned addresses, as on a workspace that has them switched off: official clients then send
// the file in one piece to the Files API.
import { randomUUID } from "node:crypto";
import { ApiFault, type Handler, type Route } from "../http/route.ts";
import { invalidPath, placeIn } from "./volume-places.ts";

/** Clients ask for the addresses only after this, and take no refusal of it for the reason to fall back. */
const initiate: Handler = async (call, world) => {
  const place = await placeIn(call, world);
  if (call.query.get("action") !== "initiate-upload")
    throw invalidPath(place.shown, "no upload in parts was begun for it");
  return { multipart_upload: { session_token: randomUUID() } };
};

const switchedOff: Handler = () => {
  throw new ApiFault(403, "PERMISSION_DENIED", "Presigned URLs API is not enabled", [
    {
      "@type": "type.googleapis.com/google.rpc.ErrorInfo",
      reason: "FILES_API_API_IS_NOT_ENABLED",
      domain: "filesystem.databricks.com",
    },
  ]);
};

const addresses = ["upload-part-urls", "resumable-upload-url", "abort-upload-url", "download-url"];

export const presignedRoutes: readonly Route[] = [
  { method: "POST", pattern: "/api/2.0/fs/files/{path...}", handler: initiate },
  ...addresses.map((name): Route => {
    return { method: "POST", pattern: `/api/2.0/fs/create-${name}`, handler: switchedOff };
  }),
];
