// The authorization endpoint. It is no drive-by: a person has to type the code that only the emulator's owner can see.
import { randomBytes } from "node:crypto";
import type { Call, Route } from "../http/route.ts";
import { sameText, type Authority, type SignInRequest } from "./authority.ts";
import { consentPage, htmlResponse, refusalPage } from "./consent-page.ts";
import { baseUrl } from "./discovery.ts";
import { answerAddress, readSignInRequest } from "./sign-in-request.ts";

interface Pending {
  readonly request: SignInRequest;
  /** Also in a cookie of the browser that opened the page: another browser cannot finish it. */
  readonly nonce: string;
  readonly expiresAt: number;
}

const pendingLifetimeMs = 600_000;
// Any page can open this address in a picture, again and again; a person has one sign-in under way, or two.
const mostPending = 100;
const cookieName = "emulator_consent";
const wrongCodesAllowed = 5;
const lockMs = 60_000;

/** GET shows the consent page (or grants at once, when told so), POST takes the person's decision. */
export function authorizeRoutes(authority: Authority): readonly Route[] {
  const { world } = authority;
  const pending = new Map<string, Pending>();
  let wrongCodes = 0;
  let lockedUntil = 0;

  const show = (call: Call): Response => {
    const read = readSignInRequest(call.query, authority, new URL(call.request.url).port);
    if (read.kind === "untrusted") return htmlResponse(refusalPage(read.why), 400);
    if (read.kind === "refused") {
      const { error, why, state, redirectUri } = read;
      return redirect(answerAddress(redirectUri, { error, error_description: why, state, iss: issuer(call) }));
    }
    const told = authority.isAdmin(call.headers.get("x-emulator-admin") ?? undefined);
    if (told || world.switches.autoConsent) return allow(call, read.request);
    const now = world.clock.now();
    for (const [id, old] of pending) if (old.expiresAt <= now || pending.size >= mostPending) pending.delete(id);
    const id = randomBytes(24).toString("base64url");
    const nonce = randomBytes(24).toString("base64url");
    pending.set(id, { request: read.request, nonce, expiresAt: now + pendingLifetimeMs });
    const response = page(id, read.request);
    response.headers.append(
      "set-cookie",
      `${cookieName}=${nonce}; Path=/oidc; Max-Age=${pendingLifetimeMs / 1_000}; HttpOnly; SameSite=Strict`,
    );
    return response;
  };

  const decide = async (call: Call): Promise<Response> => {
    // Browsers send Origin with every POST; the guard has refused foreign ones, and here it has to be there.
    if (call.headers.get("origin") !== baseUrl(call)) {
      return htmlResponse(refusalPage("The decision must come from the emulator's own page."), 403);
    }
    const form = new URLSearchParams(new TextDecoder().decode(await call.bytes()));
    const id = form.get("request") ?? "";
    const entry = pending.get(id);
    const fresh = entry !== undefined && entry.expiresAt > world.clock.now();
    if (!fresh || !sameText(cookieOf(call), entry.nonce)) {
      return htmlResponse(refusalPage("This sign-in has expired. Start it again."), 403);
    }
    if (form.get("decision") !== "allow") {
      pending.delete(id);
      const { redirectUri, state } = entry.request;
      const denied = { error: "access_denied", error_description: "The user denied the sign-in.", state };
      return redirect(answerAddress(redirectUri, { ...denied, iss: issuer(call) }));
    }
    const problem = checkCode(form.get("code") ?? "");
    if (problem !== undefined) return page(id, entry.request, problem);
    pending.delete(id);
    return allow(call, entry.request);
  };

  const checkCode = (typed: string): string | undefined => {
    const now = world.clock.now();
    if (now < lockedUntil) return "Too many wrong codes. Wait a minute and try again.";
    if (sameText(typed.trim().toUpperCase().replaceAll("-", ""), authority.signInCode.replaceAll("-", ""))) {
      wrongCodes = 0;
      return undefined;
    }
    wrongCodes += 1;
    if (wrongCodes % wrongCodesAllowed === 0) lockedUntil = now + lockMs;
    return "That is not the sign-in code.";
  };

  const page = (requestId: string, request: SignInRequest, problem?: string): Response => {
    const { scope, redirectUri, client } = request;
    const text = { scope, redirectUri, requestId, clientName: client.name, userName: world.owner.userName };
    const html = consentPage(problem === undefined ? text : { ...text, problem });
    return htmlResponse(html, problem === undefined ? 200 : 403, [new URL(redirectUri).origin]);
  };

  const allow = (call: Call, request: SignInRequest): Response => {
    const code = authority.grant(request);
    return redirect(answerAddress(request.redirectUri, { code, state: request.state, iss: issuer(call) }));
  };

  return [
    { method: "GET", pattern: "/oidc/v1/authorize", handler: show, open: true },
    { method: "POST", pattern: "/oidc/v1/authorize", handler: decide, open: true },
  ];
}

function issuer(call: Call): string {
  return `${baseUrl(call)}/oidc`;
}

function redirect(location: string): Response {
  return new Response(null, {
    status: 303,
    headers: { location, "cache-control": "no-store", "referrer-policy": "no-referrer" },
  });
}

function cookieOf(call: Call): string {
  return new Bun.CookieMap(call.headers.get("cookie") ?? "").get(cookieName) ?? "";
}
