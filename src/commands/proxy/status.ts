// `mortar proxy status`.
import type { Run } from "../../cli/context.ts";
import { describeProxy } from "../../proxy/lifecycle/describe.ts";
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { serviceFile } from "../../proxy/lifecycle/service/service.ts";
import { proxyData, proxyLines } from "./words.ts";

export const run: Run = async ({ deps, signal }) => {
  const [proxy, service] = await Promise.all([findProxy(deps, signal), serviceFile(deps)]);
  if (proxy === undefined) {
    const how = service === undefined ? "Agents that are started with mortar start it." : `Its service is ${service}.`;
    return { data: { running: false, service_file: service ?? null }, text: `No proxy runs. ${how}\n`, exit: 1 };
  }
  const { leases, inFlight, settingsTrouble } = await describeProxy(deps, proxy, signal);
  const lines = leases.map(({ agent, pid, profile }) => `  ${agent} (process ${pid}) on ${profile}`);
  const sessions = lines.length === 0 ? ["", "No session uses it."] : ["", "Sessions:", ...lines];
  return {
    data: {
      ...proxyData(proxy),
      requests: inFlight,
      sessions: leases,
      service_file: service ?? null,
      settings_trouble: settingsTrouble ?? null,
    },
    text: `${settingsTrouble === undefined ? "" : `${settingsTrouble}; what was set before still holds.\n\n`}The proxy runs; ${inFlight === 1 ? "1 request is" : `${inFlight} requests are`} under way.\n\n${[...proxyLines(proxy), ...(service === undefined ? [] : [`  service   ${service}`]), ...sessions].join("\n")}\n`,
  };
};
