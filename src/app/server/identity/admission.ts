// What a request has to bring before anything of it is read: the right name, no foreign page behind it, and the key.
import { isOurName } from "../../../mcp/http/admission.ts";
import { MortarError } from "../../../platform/errors.ts";
import { pageHeaders } from "../headers.ts";
import { cookieValue, isSameText, type AppKey } from "../key.ts";
import { plainPage } from "../plain-page.ts";
import { identityError } from "../refusals.ts";
import type { Tickets } from "../tickets.ts";

const ownNames = ["127.0.0.1", "localhost", "::1"] as const;

/** Throws `permission_denied` for a name that is not this machine's own: so a page elsewhere could be made to reach us. */
export function requireOwnName(request: Request): void {
  if (isOurName(request, { hosts: ownNames })) return;
  throw identityError(
    new MortarError("permission_denied", "The app does not answer under that name", {
      hint: "Use the address that `mortar app serve` printed.",
    }),
  );
}

const reading: readonly string[] = ["GET", "HEAD", "OPTIONS"];

/**
 * Throws `permission_denied` for what a page of another site, or of another port of this machine, has sent. A browser says
 * where a request comes from (Fetch Metadata; Origin); what says nothing is no browser.
 */
export function requireOwnPage(request: Request, { isShared }: { readonly isShared: boolean }): void {
  const { method, headers } = request;
  const site = headers.get("sec-fetch-site");
  const isOwnSite = site === "same-origin" || site === "none";
  const origin = headers.get("origin");
  if (site !== null && !isOwnSite) throw fromElsewhere();
  // A platform may hand a request on under another name; the browser has then said in `site` that it is our page's.
  if (origin === null || isOwnOrigin(origin, headers, isShared)) return;
  if (site === "same-origin" && (isShared || reading.includes(method))) return;
  throw fromElsewhere();
}

function isOwnOrigin(origin: string, headers: Headers, isShared: boolean): boolean {
  const name = (isShared ? headers.get("x-forwarded-host") : null) ?? headers.get("host");
  return origin === `http://${name}` || origin === `https://${name}`;
}

function fromElsewhere(): MortarError {
  return identityError(
    new MortarError("permission_denied", "Pages of other sites may not call the app", {
      hint: "Open the app itself, and do it there.",
    }),
  );
}

/** Ports share their cookies, so each has a name of its own. */
export function cookieName(port: number): string {
  return `mortar_app_${port}`;
}

/** Whether the request has the key as a bearer token, or the cookie that came of it. */
export function hasKey({ headers }: Request, key: AppKey, port: number): boolean {
  const bearer = /^bearer +(\S+)$/i.exec(headers.get("authorization")?.trim() ?? "")?.[1];
  if (bearer !== undefined) return isSameText(bearer, key.secret.reveal());
  const cookie = cookieIn(headers.get("cookie") ?? "", cookieName(port));
  return cookie !== undefined && isSameText(cookie, cookieValue(key));
}

function cookieIn(cookies: string, name: string): string | undefined {
  const pairs = cookies.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

const cookieSeconds = 30 * 24 * 3600;

export interface Door {
  readonly key: AppKey;
  readonly tickets: Tickets;
  readonly port: number;
}

/** Takes the key, or a ticket, out of the address into a cookie; undefined for an address without one. */
export function letIn(request: Request, url: URL, { key, tickets, port }: Door): Response | undefined {
  const [given, ticket] = [url.searchParams.get("key"), url.searchParams.get("ticket")];
  const isAsked = given !== null || ticket !== null;
  if (!isAsked || request.method !== "GET" || /^\/(?:api|mcp)(?:\/|$)/.test(url.pathname)) return undefined;
  const isGood =
    (given !== null && isSameText(given, key.secret.reveal())) ||
    (ticket !== null && tickets.redeem(ticket)) ||
    // An address that was opened again: the browser is known already.
    hasKey(request, key, port);
  if (!isGood) return lockedPage();
  for (const name of ["key", "ticket"]) url.searchParams.delete(name);
  // A path alone, and one that no browser takes for another host.
  const location = `/${url.pathname.replace(/^[/\\]+/, "")}${url.search}`;
  const cookie = `${cookieName(port)}=${cookieValue(key)}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${cookieSeconds}`;
  return new Response(null, {
    status: 303,
    headers: { ...pageHeaders, "cache-control": "no-store", "set-cookie": cookie, location },
  });
}

/** What a browser without the key is shown. */
export function lockedPage(): Response {
  return pageOf(
    401,
    "The key is missing",
    "Open the address that <code>mortar app serve</code> printed: it has the key in it. The browser keeps it from then on.",
  );
}

/**
 * A link on another site does not bring our cookie along. The page asks for itself once more, now as our own.
 */
export function againPage(): Response {
  const page = pageOf(200, "One moment", "Opening the app.");
  page.headers.set("refresh", "0");
  return page;
}

function pageOf(status: number, title: string, words: string): Response {
  return new Response(plainPage(title, `<h1>${title}</h1><p>${words}</p>`), {
    status,
    headers: { ...pageHeaders, "cache-control": "no-store", "content-type": "text/html; charset=utf-8" },
  });
}
