// A token, password or client secret in memory. It prints as ***, whatever prints it.

const hidden = "***";

/** Wraps a secret so that logs, JSON, templates and `inspect` show `***`. Only `reveal` gives it out. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  /** The secret itself: for a request header or a token store, never for a message. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return hidden;
  }
}

/**
 * Whether this can be a bearer token: visible characters only (RFC 6749, A.12). Anything else would break out of a header,
 * or out of a line that a shell reads.
 */
export function isTokenText(value: unknown): value is string {
  return typeof value === "string" && /^[\x21-\x7E]+$/.test(value);
}
