// What `--database` says: a file, a Postgres server, or a database in Lakebase.
import { resolve } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { expandTilde } from "../../platform/paths.ts";
import { Secret } from "../../platform/secret.ts";

/** As Postgres' own programs name them: whether there must be TLS, and whether the server must prove who it is. */
type TlsMode = "disable" | "allow" | "prefer" | "require" | "verify-ca" | "verify-full";

/** A mode, or the file of the certificate that vouches for the server, which must then prove who it is. */
export type Tls = TlsMode | { readonly caFile: string };

export type ChannelBinding = "disable" | "prefer" | "require";

export interface SqliteTarget {
  readonly kind: "sqlite";
  /** Absolute. */
  readonly file: string;
}

export interface PostgresTarget {
  readonly kind: "postgres";
  /** A name, an address, or the folder of a unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: Secret | undefined;
  readonly tls: Tls;
  /** Whether a sign-in is to be bound to the server's certificate. */
  readonly channelBinding: ChannelBinding;
}

/** Its host, user and password are the workspace's to say. */
export interface LakebaseTarget {
  readonly kind: "lakebase";
  /** The name of an instance, or `projects/…/branches/…/endpoints/…`. */
  readonly place: { readonly instance: string } | { readonly endpoint: string };
  readonly database: string;
  readonly port: number;
  readonly host: string | undefined;
  readonly user: string | undefined;
  readonly tls: Tls;
}

export type Target = SqliteTarget | PostgresTarget | LakebaseTarget;

type TargetDeps = Pick<Deps, "cwd" | "paths" | "env">;

const forms =
  "Write a file's path, postgres://USER:PASSWORD@HOST/DATABASE, lakebase:INSTANCE or lakebase:projects/P/branches/B/endpoints/E (each with /DATABASE after it, where it is not databricks_postgres).";

/** Throws `invalid_input` for what is none of the forms; no message has a password in it. */
export function parseTarget(deps: TargetDeps, written: string): Target {
  const text = written.trim();
  if (/^postgres(?:ql)?(?:\+\w+)?:/i.test(text)) return postgresTarget(text, deps);
  if (text.startsWith("lakebase:")) return lakebaseTarget(text.slice("lakebase:".length), deps);
  const file = text.replace(/^(?:sqlite|file):(?:\/\/(?=\/))?/i, "");
  if (file === "") throw refused("It is empty");
  // One letter is a disk of Windows.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(file)?.[1];
  if (scheme !== undefined) throw refused(`There is no kind of database called ${scheme}`);
  return { kind: "sqlite", file: resolve(deps.cwd, expandTilde(file, deps.paths)) };
}

function postgresTarget(text: string, deps: TargetDeps): PostgresTarget {
  const { env } = deps;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refused("The address is none; a sign like @ or / in a password is written %40 or %2F");
  const query = known(url.searchParams, [...ownParameters, "channel_binding", ...leftAside]);
  const host = decoded(url.hostname).replace(/^\[(.*)\]$/, "$1") || (query.get("host") ?? "");
  if (host === "") throw refused("The address names no host");
  const user = decoded(url.username) || (query.get("user") ?? env["PGUSER"] ?? "postgres");
  const password = decoded(url.password) || (env["PGPASSWORD"] ?? "");
  return {
    kind: "postgres",
    host,
    port: portOf(url.port === "" ? query.get("port") : url.port),
    database: decoded(url.pathname.slice(1)) || user,
    user,
    password: password === "" ? undefined : new Secret(password),
    // What goes over a network to Databricks is a token in clear text but for TLS.
    tls: tlsOf(query, deps) ?? (isDatabricks(host) ? "verify-full" : "prefer"),
    channelBinding: bindingOf(query.get("channel_binding")),
  };
}

function lakebaseTarget(text: string, deps: TargetDeps): LakebaseTarget {
  const [path = "", search = ""] = text.split("?", 2);
  const query = known(new URLSearchParams(search), ownParameters);
  const parts = path.split("/");
  const isEndpoint = parts[0] === "projects" && parts[2] === "branches" && parts[4] === "endpoints";
  const named = isEndpoint ? parts.slice(0, 6) : parts.slice(0, 1);
  const rest = parts.slice(named.length);
  const isWhole = named.every((part) => /^[\w.-]{1,255}$/.test(part) && !/^\.+$/.test(part));
  if (!isWhole || rest.length > 1 || (isEndpoint && named.length !== 6)) {
    throw refused(`lakebase:${path.slice(0, 200)} names no instance and no endpoint`);
  }
  const name = named.join("/");
  return {
    kind: "lakebase",
    place: isEndpoint ? { endpoint: name } : { instance: name },
    database: decoded(rest[0] ?? "") || "databricks_postgres",
    port: portOf(query.get("port")),
    host: query.get("host") ?? undefined,
    user: query.get("user") ?? undefined,
    tls: lakebaseTls(tlsOf(query, deps)),
  };
}

/** The password is a token: it never goes out without TLS. */
function lakebaseTls(mode: Tls = "verify-full"): Tls {
  if (typeof mode === "object" || mode === "require" || mode === "verify-ca" || mode === "verify-full") return mode;
  throw refused(`Lakebase takes no connection without TLS, which sslmode=${mode} allows`);
}

const tlsModes: readonly string[] = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"];

function tlsOf(query: URLSearchParams, deps: TargetDeps): Tls | undefined {
  const caFile = query.get("sslrootcert");
  if (caFile !== null && caFile !== "system") return { caFile: resolve(deps.cwd, expandTilde(caFile, deps.paths)) };
  const written = query.get("sslmode") ?? (caFile === "system" ? "verify-full" : null);
  if (written === null) return undefined;
  if (tlsModes.includes(written)) return written as TlsMode;
  throw refused(`sslmode is one of ${tlsModes.join(", ")}`);
}

function bindingOf(written: string | null): ChannelBinding {
  if (written === null) return "prefer";
  if (written === "disable" || written === "prefer" || written === "require") return written;
  throw refused("channel_binding is disable, prefer or require");
}

const ownParameters = ["sslmode", "sslrootcert", "host", "port", "user"];
/** Of Postgres' own programs, which change nothing that matters here. */
const leftAside = ["application_name", "connect_timeout", "target_session_attrs", "gssencmode", "keepalives"];

/** What we would not heed might be what keeps the connection safe. */
function known(query: URLSearchParams, names: readonly string[]): URLSearchParams {
  const other = [...query.keys()].find((name) => !names.includes(name));
  if (other === undefined) return query;
  throw refused(`There is no parameter ${other.slice(0, 50)}; there are ${names.join(", ")}`);
}

function portOf(written: string | null): number {
  const port = Number(written ?? 5432);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw refused("The port is no number from 1 to 65535");
}

const isDatabricks = (host: string): boolean => /(?:^|\.)(?:azure)?databricks\.(?:com|net)$/i.test(host);

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused("A % in it stands for no sign");
  }
}

function refused(why: string): MortarError {
  return new MortarError("invalid_input", `--database: ${why}`, { hint: forms });
}
