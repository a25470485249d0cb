// Where traces go, as MLFLOW_TRACKING_URI says it.
import { isLoopback } from "../../auth/host.ts";

export type Destination =
  /** The workspace that the run works on, as the run's own user. */
  | { readonly kind: "workspace" }
  /** Another workspace of this machine. */
  | { readonly kind: "profile"; readonly profile: string }
  /** An MLflow server that asks for no sign-in. */
  | { readonly kind: "server"; readonly host: string }
  | { readonly kind: "unsupported"; readonly reason: string };

/** https://mlflow.org/docs/latest/self-hosting/ lists the forms. `uri` is undefined or empty where none is set. */
export function destinationOf(uri: string | undefined): Destination {
  const text = (uri ?? "").trim();
  if (text === "" || text === "databricks") return { kind: "workspace" };
  const profile = /^databricks:\/\/([^/:]+)\/?$/.exec(text)?.[1];
  if (profile !== undefined) return { kind: "profile", profile };
  if (text.startsWith("databricks-uc")) {
    return unsupported(`${text} is a registry of models; traces go to databricks or databricks://PROFILE`);
  }
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    return unsupported("Traces go to databricks, databricks://PROFILE or the http(s) address of an MLflow server");
  }
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    return unsupported("MLflow servers that ask for a user name and password are not supported");
  }
  if (url.protocol === "http:" && !isLoopback(url)) {
    return unsupported(`${url.origin} is not https: prompts and answers are not sent there`);
  }
  return { kind: "server", host: `${url.origin}${url.pathname.replace(/\/+$/, "")}` };
}

const unsupported = (reason: string): Destination => ({ kind: "unsupported", reason });
