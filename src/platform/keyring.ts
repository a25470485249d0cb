// The operating system's keyring: Keychain, Credential Manager, Secret Service. Absent on most servers.
import { MortarError } from "./errors.ts";

export interface Keyring {
  /** The secret, or undefined when there is none by this name. Throws `unavailable` when the keyring does not answer. */
  get(name: string): Promise<string | undefined>;
  /** Throws `unavailable` when the keyring cannot take it. */
  set(name: string, value: string): Promise<void>;
  /** Removes the secret; one that is not there is no error. Throws `unavailable`. */
  delete(name: string): Promise<void>;
}

const service = "mortar";

/** A keyring that waits for a locked session would hold everything up; past this time it counts as absent. */
const answerLimitMs = 5_000;

export const systemKeyring: Keyring = {
  get: async (name) => (await limited(() => Bun.secrets.get({ service, name }))) ?? undefined,
  set: async (name, value) => {
    await limited(() => Bun.secrets.set({ service, name, value }));
  },
  delete: async (name) => {
    await limited(() => Bun.secrets.delete({ service, name }));
  },
};

async function limited<T>(work: () => Promise<T>): Promise<T> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new Error("no answer")), answerLimitMs);
  try {
    return await Promise.race([work(), limit.promise]);
  } catch (cause) {
    throw new MortarError("unavailable", "The system's keyring is not available", { cause });
  } finally {
    clearTimeout(timer);
  }
}
