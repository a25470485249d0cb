// Looking up a name that somebody else chose.

/** The value under `name`, or undefined: what every object inherits (`constructor`, `toString`) is no value. */
export function ownValue<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}
