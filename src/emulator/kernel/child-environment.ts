// What a process that runs cells sees of the emulator's environment: the machine, and none of the person's secrets.
import type { Environment } from "../../platform/deps.ts";

const kept = new Set([
  // The machine and the person's home.
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "LANG",
  "LANGUAGE",
  "TMPDIR",
  "TEMP",
  "TMP",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "WINDIR",
  "PATHEXT",
  "COMSPEC",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "NUMBER_OF_PROCESSORS",
  // Without these, pip and requests cannot leave a company's network.
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
]);

/** The child's environment. The time zone is UTC and plots are drawn without a screen, as on a cluster. */
export function cellEnvironment(env: Environment): Record<string, string> {
  const child: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const upper = name.toUpperCase();
    if (value !== undefined && (kept.has(upper) || upper.startsWith("LC_") || upper.startsWith("PIP_")))
      child[name] = value;
  }
  return { ...child, TZ: "UTC", MPLBACKEND: "agg", PYTHONUTF8: "1" };
}
