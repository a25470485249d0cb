// Who may sign in to the workspace by OAuth, and the sign-ins that are under way.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Caller } from "../http/route.ts";
import { proofOf } from "../service/proof.ts";
import type { Collection } from "../state/store.ts";
import type { World } from "../world.ts";

/** A program that may ask for a person's consent. */
export interface OAuthClient {
  readonly clientId: string;
  readonly name: string;
  /** Exact addresses; absent for a client that may use any port of the loopback address. */
  readonly redirectUris?: readonly string[];
  /** sha256 of its secret; absent for a public client. */
  readonly secretHash?: string;
}

export interface ServicePrincipal {
  /** A UUID: its client id and its user name. */
  readonly applicationId: string;
  readonly id: string;
  readonly displayName: string;
  readonly secretHash: string;
}

/** Tokens of another issuer that are taken for this workspace's. */
export interface FederationPolicy {
  readonly id: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly subject?: string;
  /** The service principal that the tokens stand for; absent for the workspace's owner. */
  readonly applicationId?: string;
  /** The issuer's public keys, as a JWK set. */
  readonly jwks: object;
}

/** What `/authorize` was asked for. */
export interface SignInRequest {
  readonly client: OAuthClient;
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string | undefined;
  /** S256 challenge. */
  readonly challenge: string;
}

export interface Grant {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly challenge: string;
  readonly caller: Caller;
  readonly family: string;
  readonly expiresAt: number;
  used: boolean;
}

export interface Authority {
  readonly world: World;
  /** What a person types into the consent page: only who can read the emulator's terminal knows it. */
  readonly signInCode: string;
  isAdmin(token: string | undefined): boolean;
  /** Shows that we know the admin token, without telling it. */
  prove(challenge: string): string;
  client(clientId: string): OAuthClient | undefined;
  addClient(client: OAuthClient): void;
  principal(applicationId: string): ServicePrincipal | undefined;
  /** Makes a service principal; the secret is told once. */
  addPrincipal(displayName: string): { principal: ServicePrincipal; secret: string };
  readonly policies: Collection<FederationPolicy>;
  /** Grants the request in the owner's name; returns the one-time code. */
  grant(request: SignInRequest): string;
  /** The grant of a code, used up or expired ones included. */
  grantOf(code: string): Grant | undefined;
}

const grantLifetimeMs = 300_000;

/** The client id that every workspace knows: public, PKCE, loopback addresses. */
export const cliClient: OAuthClient = { clientId: "databricks-cli", name: "Databricks CLI" };

export function createAuthority(world: World, secrets: { adminToken: string; signInCode: string }): Authority {
  const clients = world.store.collection<OAuthClient>("oauth_client");
  const principals = world.store.collection<ServicePrincipal>("service_principal");
  const grants = new Map<string, Grant>();
  const adminHash = sha256(secrets.adminToken);
  return {
    world,
    signInCode: secrets.signInCode,
    isAdmin: (token) => token !== undefined && sameText(sha256(token), adminHash),
    prove: (challenge) => proofOf(secrets.adminToken, challenge),
    client: (clientId) => (clientId === cliClient.clientId ? cliClient : clients.get(clientId)),
    addClient: (client) => clients.put(client.clientId, client),
    principal: (applicationId) => principals.get(applicationId),
    addPrincipal: (displayName) => {
      const secret = `dose${randomBytes(16).toString("hex")}`;
      const principal = {
        applicationId: crypto.randomUUID(),
        id: world.ids.next(),
        displayName,
        secretHash: sha256(secret),
      };
      principals.put(principal.applicationId, principal);
      return { principal, secret };
    },
    policies: world.store.collection<FederationPolicy>("federation_policy"),
    grant: (request) => {
      const now = world.clock.now();
      for (const [key, old] of grants) if (old.expiresAt < now - grantLifetimeMs) grants.delete(key);
      const code = `dcod${randomBytes(24).toString("hex")}`;
      grants.set(sha256(code), {
        clientId: request.client.clientId,
        redirectUri: request.redirectUri,
        scope: request.scope,
        challenge: request.challenge,
        caller: world.owner,
        family: randomBytes(12).toString("hex"),
        expiresAt: now + grantLifetimeMs,
        used: false,
      });
      return code;
    },
    grantOf: (code) => grants.get(sha256(code)),
  };
}

export function principalCaller(principal: ServicePrincipal): Caller {
  return { userName: principal.applicationId, userId: principal.id, isServicePrincipal: true };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares without telling by time how much of the text was right. */
export function sameText(left: string, right: string): boolean {
  const [one, two] = [Buffer.from(left), Buffer.from(right)];
  return one.length === two.length && timingSafeEqual(one, two);
}
