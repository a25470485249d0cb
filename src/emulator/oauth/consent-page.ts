// The page on which a person allows a sign-in. It cannot be framed, loads nothing and runs no script.

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? character);
}

export interface ConsentText {
  readonly clientName: string;
  readonly userName: string;
  readonly scope: string;
  readonly redirectUri: string;
  /** The one-time name of the pending request. */
  readonly requestId: string;
  readonly problem?: string;
}

export function consentPage(text: ConsentText): string {
  const { clientName, userName, scope, redirectUri, requestId, problem } = text;
  const warning = problem === undefined ? "" : `<p class="problem" role="alert">${escapeHtml(problem)}</p>`;
  return page(
    "Sign in to the emulated workspace",
    `<p><b>${escapeHtml(clientName)}</b> asks to act as <b>${escapeHtml(userName)}</b> in the workspace that runs on this
machine. It could run code here with your rights.</p>
<dl><dt>Scope</dt><dd>${escapeHtml(scope)}</dd><dt>Answer goes to</dt><dd>${escapeHtml(redirectUri)}</dd></dl>
${warning}
<form method="post" action="/oidc/v1/authorize" autocomplete="off">
<input type="hidden" name="request" value="${escapeHtml(requestId)}">
<label>Sign-in code, as <code>mortar emulator status</code> shows it
<input name="code" inputmode="text" spellcheck="false" autofocus></label>
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></p>
</form>`,
  );
}

export function refusalPage(why: string): string {
  return page("This sign-in was refused", `<p class="problem" role="alert">${escapeHtml(why)}</p>`);
}

function page(title: string, body: string): string {
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<meta name="viewport" content="width=device-width"><style>
body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}
input{display:block;font:inherit;padding:.4rem;margin:.3rem 0 1rem}button{font:inherit;padding:.4rem 1.2rem}
dt{font-weight:600}dd{margin:0 0 .6rem;overflow-wrap:anywhere}.problem{color:#b3261e}
</style></head><body><h1>${escapeHtml(title)}</h1>
${body}
</body></html>
`;
}

/** A page with the headers that keep it from being framed, cached or scripted. `formTargets` are where its form may lead. */
export function htmlResponse(html: string, status = 200, formTargets: readonly string[] = []): Response {
  const targets = ["'self'", ...formTargets].join(" ");
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html;charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action ${targets}`,
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      // Under "no-referrer" a browser would send `Origin: null` with the form, which the guard refuses.
      "referrer-policy": "same-origin",
      "cache-control": "no-store",
    },
  });
}
