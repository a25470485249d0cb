// Claude Desktop: what it was told to start, and where to ask, is there.
import { statSync } from "node:fs";
import { isAbsolute } from "node:path";
import { isOwnHost } from "../../auth/host.ts";
import { readKey } from "../../proxy/lifecycle/local-key.ts";
import { isLocal } from "../addresses.ts";
import {
  fail,
  orPass,
  skip,
  warn,
  type Check,
  type CheckContext,
  type DesktopSettings,
  type Finding,
} from "../check.ts";

const again = "mortar desktop install";

const desktop: Check = {
  id: "configuration.desktop",
  group: "configuration",
  title: "Claude Desktop finds its helper and the way to its models",
  run: async (context) => {
    const settings = await context.around.desktop();
    if (settings?.values["inferenceProvider"] !== "gateway") return skip("Claude Desktop is not set up for a gateway");
    const { source, values } = settings;
    const found = [...helperFindings(context, settings), ...(await addressFindings(context, settings))];
    const isTwice = typeof values["inferenceCredentialHelper"] === "string" && isText(values["inferenceGatewayApiKey"]);
    if (isTwice) found.push(warn(`${source} has a key and a helper: the helper is not asked`, again));
    return orPass(found, source);
  },
};

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function helperFindings({ deps }: CheckContext, { source, values }: DesktopSettings): readonly Finding[] {
  const helper = values["inferenceCredentialHelper"];
  if (!isText(helper)) return [];
  const facts = isAbsolute(helper) ? statSync(helper, { throwIfNoEntry: false }) : undefined;
  if (facts === undefined) return [fail(`Claude Desktop starts ${helper}, which is not there (${source})`, again)];
  const runs = facts.isFile() && (deps.os === "win32" || (facts.mode & 0o111) !== 0);
  return runs ? [] : [fail(`Claude Desktop starts ${helper}, which cannot be run (${source})`, again)];
}

async function addressFindings(
  context: CheckContext,
  { source, values }: DesktopSettings,
): Promise<readonly Finding[]> {
  const { deps, around, facts, signal } = context;
  const base = values["inferenceGatewayBaseUrl"];
  const url = isText(base) && URL.canParse(base) ? new URL(base) : undefined;
  if (url === undefined) return [fail(`Claude Desktop is told no address of a gateway (${source})`, again)];
  if (isLocal(url)) {
    const key = values["inferenceGatewayApiKey"];
    const own = await readKey(deps);
    const found: Finding[] = [];
    const isUp = await around.listens(Number(url.port === "" ? 80 : url.port), url.hostname, signal);
    if (!isUp)
      found.push(fail(`Claude Desktop asks ${url.origin}, where nobody answers (${source})`, "mortar proxy install"));
    if (isText(key) && own !== undefined && own.reveal() !== key)
      found.push(fail(`Claude Desktop has another key than the proxy's (${source})`, `${again} --daemon`));
    return found;
  }
  const host = await facts.host();
  const isOther = host !== undefined && isOwnHost(url.origin) && url.hostname !== host.hostname;
  if (!isOther) return [];
  return [
    warn(`Claude Desktop is on ${url.hostname}, agents are on ${host.hostname} (${source})`, `${again} moves it here`),
  ];
}

export const desktopChecks: readonly Check[] = [desktop];
