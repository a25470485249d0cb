// `databricks-claude serve status`: on stdout, and always with exit code 0.
import { findProxy } from "../../proxy/lifecycle/find.ts";
import { serviceFile } from "../../proxy/lifecycle/service/service.ts";
import { stableCommand } from "../../proxy/lifecycle/service/spec.ts";
import type { OldBody } from "./agent-program.ts";

export const run: OldBody = async ({ deps, signal }) => {
  const [proxy, file, [program]] = await Promise.all([
    findProxy(deps, signal),
    serviceFile(deps).catch(() => undefined),
    stableCommand(deps),
  ]);
  const isService = proxy?.record.kind === "service";
  const lines: readonly (readonly [string, string])[] = [
    ["Service", "mortar-proxy"],
    ["Registered", file === undefined ? "no" : "yes"],
    ["Running", isService ? `yes (process ${proxy.record.pid})` : "no"],
    ["Healthy", proxy === undefined ? "no" : `yes (mode=${isService ? "daemon" : "session"}, ${proxy.url})`],
    ["Manifest", file ?? "none"],
    ["Binary", program],
  ];
  deps.stdout.write(lines.map(([label, value]) => `${`${label}:`.padEnd(12)} ${value}\n`).join(""));
  return 0;
};
