// The way to the workspace: whether it answers, by which clock, and who stands between.
import { existsSync } from "node:fs";
import type { Fetch } from "../../platform/deps.ts";
import { errnoOf } from "../../platform/files.ts";
import { fail, orPass, pass, skip, warn, type Check, type CheckContext, type Finding } from "../check.ts";
import { companyProxyCheck } from "./place.ts";

/** Public, small, and there on every workspace: databricks-sdk-go's discovery asks it too. */
const path = "/oidc/.well-known/oauth-authorization-server";

interface Reached {
  readonly status: number;
  readonly dateMs: number | undefined;
  readonly location: string | undefined;
  readonly isPage: boolean;
  readonly tookMs: number;
}

async function ask({ deps, signal }: CheckContext, host: URL): Promise<Reached> {
  const startedMs = deps.clock.now();
  const answer = await reach(deps.fetch, `${host.origin}${path}`, signal);
  await answer.body?.cancel();
  const dateMs = Date.parse(answer.headers.get("date") ?? "");
  return {
    status: answer.status,
    dateMs: Number.isNaN(dateMs) ? undefined : dateMs,
    location: answer.headers.get("location") ?? undefined,
    isPage: /text\/html/i.test(answer.headers.get("content-type") ?? ""),
    tookMs: deps.clock.now() - startedMs,
  };
}

function reach(fetch: Fetch, url: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, { redirect: "manual", signal });
}

const workspace: Check = {
  id: "connectivity.workspace",
  group: "connectivity",
  title: "The workspace answers",
  needs: ["profile.address"],
  run: async (context) => {
    const host = await context.facts.host();
    if (host === undefined) return skip("the profile names no workspace");
    try {
      const { status, location, isPage, tookMs } = await ask(context, host);
      if (status >= 300 && status < 400) {
        return fail(
          `${host.origin} redirects to ${originOf(location)}: it is no workspace, or an older address of one`,
          `Correct the host: mortar auth login ${context.facts.profile} --host https://YOUR-WORKSPACE`,
        );
      }
      if (isPage) {
        return fail(
          `${host.origin} answers with a web page: it is no workspace, or a company's page stands before it`,
          "Open the address in a browser, and check the host.",
        );
      }
      if (status >= 500)
        return warn(
          `${host.origin} answers HTTP ${status}`,
          "Try again in a while; status.databricks.com tells of outages.",
        );
      if (status !== 200)
        return warn(
          `${host.origin} answers HTTP ${status} to the question where one signs in`,
          "Check the host of the profile.",
        );
      return pass(`${host.host} in ${tookMs} ms`);
    } catch (thrown) {
      const [seen, cure] = reasonOf(thrown, host.host);
      return fail(seen, cure);
    }
  },
};

function originOf(location: string | undefined): string {
  return location !== undefined && URL.canParse(location) ? new URL(location).origin : "another page";
}

const certificateCodes = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY)|ERR_TLS/;

/** Why a fetch failed, and what to do: by the codes that Bun and the system give. */
export function reasonOf(thrown: unknown, host: string): readonly [seen: string, cure: string] {
  const code = errnoOf(thrown) ?? "";
  if (certificateCodes.test(code)) {
    return [
      `the certificate of ${host} is not trusted (${code}): something stands between, as a company's network does`,
      "Put the company's certificate into the system's store, and name it for agents: export NODE_EXTRA_CA_CERTS=/path/to/company.pem",
    ];
  }
  if (/ENOTFOUND|EAI_AGAIN|DNS/i.test(code))
    return [`there is no ${host} in the DNS`, "Check the host of the profile, the network and the VPN."];
  if (/ECONNREFUSED|ConnectionRefused|FailedToOpenSocket/i.test(code)) {
    return [
      `${host} takes no connection`,
      "Check the network and the VPN; HTTPS_PROXY, where the network wants a proxy.",
    ];
  }
  if (thrown instanceof Error && /Abort|Timeout/.test(thrown.name))
    return [`${host} did not answer in time`, "Check the network and the VPN."];
  return [`${host} could not be reached (${code === "" ? "no reason given" : code})`, "Check the network and the VPN."];
}

const mostSkewMs = 60_000;

const clock: Check = {
  id: "connectivity.clock",
  group: "connectivity",
  title: "The clock is right",
  needs: ["connectivity.workspace"],
  run: async (context) => {
    const host = await context.facts.host();
    if (host === undefined) return skip("the profile names no workspace");
    const { dateMs } = await ask(context, host);
    if (dateMs === undefined) return skip("the workspace does not say what time it is");
    const offMs = context.deps.clock.now() - dateMs;
    if (Math.abs(offMs) < mostSkewMs) return pass("it is as the workspace's");
    const words = `${Math.round(Math.abs(offMs) / 1_000)} s ${offMs < 0 ? "behind" : "ahead of"}`;
    return fail(
      `this clock is ${words} the workspace's: tokens count as ended, or as not yet valid`,
      "Set the clock by the network (timedatectl set-ntp true; in WSL: wsl --shutdown).",
    );
  },
};

const certificates: Check = {
  id: "connectivity.certificates",
  group: "connectivity",
  title: "Agents trust who answers for the workspace",
  // Also where the workspace does not answer: its certificate may be why.
  needs: ["profile.address"],
  run: async ({ deps, around, facts, signal }) => {
    const found: Finding[] = [];
    const extra = deps.env["NODE_EXTRA_CA_CERTS"] ?? "";
    if (extra !== "" && !existsSync(extra)) {
      found.push(
        fail(
          `NODE_EXTRA_CA_CERTS names ${extra}, which is not there: agents that run on Node pass it over`,
          "Correct the path, or unset NODE_EXTRA_CA_CERTS",
        ),
      );
    }
    const host = await facts.host();
    if (host?.protocol !== "https:") return orPass(found, "the workspace is on this machine, without TLS");
    const isProxied = (deps.env["HTTPS_PROXY"] ?? deps.env["https_proxy"] ?? "") !== "";
    const chain = isProxied ? [] : await around.certificates(host, signal).catch(() => []);
    const last = chain.at(-1);
    if (last === undefined) {
      const unseen = skip(isProxied ? "not looked at through a proxy" : "no certificate was seen");
      return found.length === 0 ? unseen : found;
    }
    if (chain.some(({ isPublic }) => isPublic)) return orPass(found, `issued by ${chain[0]?.issuer ?? last.issuer}`);
    if (extra === "") {
      found.push(
        warn(
          `a company's network answers in the place of the workspace: its certificate is issued by ${last.issuer}`,
          `Name that authority's certificate for agents that run on Node: export NODE_EXTRA_CA_CERTS=/path/to/${fileName(last.issuer)}.pem`,
        ),
      );
    }
    return orPass(found, `issued by ${last.issuer}, and NODE_EXTRA_CA_CERTS names ${extra}`);
  },
};

function fileName(issuer: string): string {
  const plain = issuer
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return plain === "" ? "company" : plain;
}

export const connectivityChecks: readonly Check[] = [workspace, clock, certificates, companyProxyCheck];
