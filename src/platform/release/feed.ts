// The release feed: which version is the newest, and where its files are.
import { isObject, tryJson } from "../json.ts";
import { MortarError } from "../errors.ts";
import { feedName } from "./targets.ts";
import { parseVersion } from "./version.ts";

export interface Release {
  readonly version: string;
  /** The release's page for people, where the feed names one. */
  readonly page: string | undefined;
  /** The address of one of its files. Throws `bad_response` when the release does not have it. */
  readonly fileUrl: (name: string) => URL;
}

/**
 * The feed's address: `given` (a flag or its variable), else the newest release of the repository that this program was
 * released from. Undefined for a build that comes from no repository. Throws `usage`.
 */
export function feedAddress(given: string | undefined, repository: string | undefined): URL | undefined {
  if (given !== undefined) return checkedAddress(given);
  return repository === undefined
    ? undefined
    : new URL(`https://github.com/${repository}/releases/latest/download/${feedName}`);
}

/** Releases travel over https; plain http is for a feed on this machine. Throws `usage`. */
function checkedAddress(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && isSafe(url)) return url;
  throw new MortarError("usage", `The release feed ${JSON.stringify(text)} is not an https address`, {
    hint: "Give an address such as https://example.com/mortar/latest.json.",
  });
}

export function isSafe(url: URL): boolean {
  if (url.protocol === "https:") return true;
  return url.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
}

/**
 * Reads a feed: the `latest.json` that a release carries (`version`, and `base` where the files are, relative to the
 * feed), or a release as the GitHub API gives it (https://docs.github.com/rest/releases/releases).
 * Throws `bad_response` when it is neither.
 */
export function parseFeed(text: string, address: URL): Release {
  const feed = tryJson(text);
  if (!isObject(feed)) throw notFeed("it is not JSON");
  const page = typeof feed["html_url"] === "string" ? feed["html_url"] : undefined;
  if (typeof feed["tag_name"] === "string") return parseGitHub(feed, feed["tag_name"], page);
  const version = typeof feed["version"] === "string" ? parseVersion(feed["version"]) : undefined;
  if (version === undefined) throw notFeed("it names no version");
  const base = feed["base"] ?? "./";
  if (typeof base !== "string" || !URL.canParse(base, address)) throw notFeed("its base is no address");
  const folder = new URL(base.endsWith("/") ? base : `${base}/`, address);
  return { version, page, fileUrl: (name) => new URL(encodeURIComponent(name), folder) };
}

function parseGitHub(feed: Record<string, unknown>, tag: string, page: string | undefined): Release {
  const version = parseVersion(tag);
  if (version === undefined) throw notFeed("its tag is no version");
  if (feed["draft"] === true) throw notFeed("its release is a draft");
  const assets = Array.isArray(feed["assets"]) ? feed["assets"].filter(isObject) : [];
  const fileUrl = (name: string): URL => {
    const url = assets.find((asset) => asset["name"] === name)?.["browser_download_url"];
    if (typeof url === "string" && URL.canParse(url)) return new URL(url);
    throw new MortarError("bad_response", `Release ${version} has no file ${name}`, {
      hint: "It may be on its way. Try again later.",
    });
  };
  return { version, page, fileUrl };
}

function notFeed(why: string): MortarError {
  return new MortarError("bad_response", `The release feed's answer is no release: ${why}`, {
    hint: "A company proxy or a sign-in page may have answered in its place. Nothing was changed.",
  });
}
