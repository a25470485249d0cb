// Where a browser of the Chromium family is on this machine: on the PATH, then where each system puts it.
import { existsSync } from "node:fs";
import { posix, win32 } from "node:path";
import type { Deps } from "../../platform/deps.ts";
import { MortarError } from "../../platform/errors.ts";
import { findProgram } from "../../platform/programs.ts";

/** The smallest first. A snap's browser comes last: it may not write where it is told to. */
const names: Readonly<Record<Deps["os"], readonly string[]>> = {
  linux: [
    "chrome-headless-shell",
    "chromium-headless-shell",
    "chromium",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "microsoft-edge-stable",
    "brave-browser",
    "chromium-browser",
  ],
  darwin: ["chrome-headless-shell", "chromium", "google-chrome"],
  win32: ["chrome-headless-shell", "chrome", "msedge", "chromium"],
};

const apps = ["Google Chrome", "Chromium", "Microsoft Edge", "Brave Browser"];
const windowsPaths = [
  ["Google", "Chrome", "Application", "chrome.exe"],
  ["Microsoft", "Edge", "Application", "msedge.exe"],
  ["Chromium", "Application", "chrome.exe"],
  ["BraveSoftware", "Brave-Browser", "Application", "brave.exe"],
];

/** The browser's path. Throws `unsupported` where there is none, with what to install. */
export function browserProgram(deps: Pick<Deps, "env" | "os" | "paths">): string {
  const onPath = names[deps.os].map((name) => findProgram(name, deps)).find((path) => path !== undefined);
  const found = onPath ?? usualPlaces(deps).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new MortarError("unsupported", "No browser that prints PDF is installed on this machine", {
    hint: `Install one of the Chromium family (${installation[deps.os]}) and call again. Nothing was made.`,
  });
}

const installation: Readonly<Record<Deps["os"], string>> = {
  linux: "Debian: apt-get install chromium; Fedora: dnf install chromium; or Google Chrome, Microsoft Edge",
  darwin: "brew install --cask google-chrome, or Chromium, Microsoft Edge",
  win32: "Microsoft Edge is part of Windows; or winget install Google.Chrome",
};

/** In the order in which they are looked at. */
export function usualPlaces({ env, os, paths }: Pick<Deps, "env" | "os" | "paths">): readonly string[] {
  if (os === "linux") {
    return [
      "/opt/google/chrome/chrome",
      "/opt/microsoft/msedge/msedge",
      "/usr/lib/chromium/chromium",
      "/snap/bin/chromium",
    ];
  }
  if (os === "darwin") {
    const folders = ["/Applications", ...(paths.home === undefined ? [] : [posix.join(paths.home, "Applications")])];
    return folders.flatMap((folder) => apps.map((app) => posix.join(folder, `${app}.app`, "Contents", "MacOS", app)));
  }
  const roots = [env["ProgramFiles"], env["ProgramFiles(x86)"], env["LOCALAPPDATA"]];
  return roots.flatMap((root) => {
    if (root === undefined || !win32.isAbsolute(root)) return [];
    return windowsPaths.map((parts) => win32.join(root, ...parts));
  });
}
