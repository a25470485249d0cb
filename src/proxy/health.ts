// GET /health: whether a proxy answers here, and which. Open to every program of this machine, so it says nothing secret.

export interface HealthFacts {
  readonly version: string;
  readonly pid: number;
}

/** The fields that tools look for since the proxies before this one, and `status`. */
export function healthResponse({ version, pid }: HealthFacts): Response {
  return Response.json({ status: "ok", tool: "mortar", version, pid }, { headers: { "cache-control": "no-store" } });
}
