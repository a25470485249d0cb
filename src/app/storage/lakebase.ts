// Lakebase: where its server is, and passwords that last an hour, from the workspace.
// https://docs.databricks.com/api/workspace/database https://docs.databricks.com/api/workspace/postgres
import type { Clock } from "../../platform/deps.ts";
import { MortarError, toMortarError } from "../../platform/errors.ts";
import { Secret } from "../../platform/secret.ts";
import { database, namePath, postgres } from "../../tools/lakebase/lakebase-api.ts";
import type { WorkspaceSource } from "../../tools/open-workspace.ts";
import { object, requiredText, text } from "../../workspace/fields.ts";
import { segment } from "../../workspace/query.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { PostgresOptions } from "./postgres.ts";
import type { LakebaseTarget } from "./target.ts";

export interface LakebaseOptions {
  readonly clock: Clock;
  readonly workspace: WorkspaceSource | undefined;
}

type Connection = Pick<
  PostgresOptions,
  "host" | "port" | "database" | "user" | "password" | "renewPassword" | "tls" | "channelBinding"
>;

/** Throws what signing in throws, and `not_found` for an instance or endpoint that is not there. */
export async function lakebaseConnection(target: LakebaseTarget, options: LakebaseOptions): Promise<Connection> {
  const source = options.workspace;
  if (source === undefined) {
    throw new MortarError("config_missing", "A database in Lakebase needs a workspace", {
      hint: "Sign in with `mortar auth login --host https://YOUR-WORKSPACE`, or give a profile with --profile.",
    });
  }
  const workspace = await source.open();
  const host = target.host ?? (await hostOf(workspace, target));
  const user = target.user ?? (await workspace.identity.me()).userName;
  const password = cached(options.clock, async () => await newPassword(await source.open(), target));
  // A token is sent as it is: there is nothing in such a sign-in to bind.
  return {
    host,
    channelBinding: "disable",
    port: target.port,
    database: target.database,
    tls: target.tls,
    user,
    ...password,
  };
}

async function hostOf(workspace: Workspace, { place }: LakebaseTarget): Promise<string> {
  if ("instance" in place) {
    const path = `${database}/instances/${segment(place.instance, "name of an instance")}` as const;
    const wire = await workspace.client.json({ method: "GET", path });
    return text(wire, "read_write_dns") ?? notYet(place.instance);
  }
  const wire = await workspace.client.json({ method: "GET", path: `${postgres}/${namePath(place.endpoint)}` });
  const hosts = object(object(wire, "status") ?? {}, "hosts") ?? {};
  return text(hosts, "host") ?? notYet(place.endpoint);
}

function notYet(name: string): never {
  throw new MortarError("unavailable", `${name} has no address yet`, {
    hint: "It is being made: try again in some minutes.",
  });
}

interface Password {
  readonly secret: Secret;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

async function newPassword({ client }: Workspace, { place }: LakebaseTarget): Promise<Password> {
  if ("instance" in place) {
    const body = { instance_names: [place.instance], request_id: crypto.randomUUID() };
    const wire = await client.json({ method: "POST", path: `${database}/credentials`, body });
    return { secret: new Secret(requiredText(wire, "token")), expiresAt: momentOf(text(wire, "expiration_time")) };
  }
  const wire = await client.json({
    method: "POST",
    path: `${postgres}/credentials`,
    body: { endpoint: place.endpoint },
  });
  return { secret: new Secret(requiredText(wire, "token")), expiresAt: momentOf(text(wire, "expire_time")) };
}

/** Never, where the workspace did not say: then each connection asks anew. */
const momentOf = (written: string | undefined): number => {
  const moment = Date.parse(written ?? "");
  return Number.isNaN(moment) ? 0 : moment;
};

const aheadMs = 5 * 60_000;

/** All connections of a pool are opened at once: they share one password until shortly before its end. */
function cached(clock: Clock, make: () => Promise<Password>): Pick<PostgresOptions, "password" | "renewPassword"> {
  let known: Password | undefined;
  let making: Promise<Password> | undefined;
  const password = async (): Promise<string> => {
    if (known !== undefined && known.expiresAt - aheadMs > clock.now()) return known.secret.reveal();
    making ??= make().finally(() => (making = undefined));
    try {
      known = await making;
    } catch (thrown) {
      // Its own code would say to whoever uses the app that he is not signed in.
      const { message, hint } = toMortarError(thrown);
      throw new MortarError("unreachable", `Lakebase gives out no password: ${message}`, { hint, cause: thrown });
    }
    return known.secret.reveal();
  };
  return { password, renewPassword: () => void (known = undefined) };
}
