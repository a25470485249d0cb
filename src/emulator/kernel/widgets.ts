// The widgets of a notebook: parameters with defaults.

/** A refusal of a widget operation, in the words of dbutils. */
export class WidgetFault extends Error {
  readonly kind: "widget" | "value";

  constructor(kind: "widget" | "value", message: string) {
    super(message);
    this.kind = kind;
  }
}

export interface WidgetDefinition {
  readonly kind: string;
  readonly name: string;
  readonly value: string;
  readonly choices: readonly string[];
}

export interface Widgets {
  /** Throws WidgetFault when the default is not one of the choices of a dropdown or multiselect. */
  define(widget: WidgetDefinition): void;
  /** A parameter of the run wins over the widget's default. Throws WidgetFault for an unknown name without `fallback`. */
  get(name: string, fallback?: string): string;
  /** Values by name of all widgets and parameters. */
  all(): Record<string, string>;
  /** Sets a parameter, as `%run ./x $name="value"` does. */
  set(name: string, value: string): void;
  remove(name: string): void;
  removeAll(): void;
}

/** `parameters`: the values that the notebook was started with. */
export function createWidgets(parameters: Readonly<Record<string, string>>): Widgets {
  const given = new Map(Object.entries(parameters));
  const defined = new Map<string, string>();

  return {
    define: ({ kind, name, value, choices }) => {
      const values = kind === "multiselect" ? value.split(",").filter((part) => part !== "") : [value];
      const mustChoose = kind === "dropdown" || kind === "multiselect";
      const stranger = mustChoose ? values.find((one) => !choices.includes(one)) : undefined;
      if (stranger !== undefined) {
        throw new WidgetFault(
          "value",
          `The default value '${stranger}' of the widget ${name} is not one of its choices`,
        );
      }
      defined.set(name, value);
    },
    get: (name, fallback) => {
      const value = given.get(name) ?? defined.get(name) ?? fallback;
      if (value === undefined) throw new WidgetFault("widget", `No input widget named ${name} is defined`);
      return value;
    },
    all: () => Object.fromEntries([...defined, ...given]),
    set: (name, value) => void given.set(name, value),
    remove: (name) => {
      if (!defined.delete(name) && !given.has(name)) {
        throw new WidgetFault("widget", `No input widget named ${name} is defined`);
      }
      given.delete(name);
    },
    removeAll: () => {
      defined.clear();
      given.clear();
    },
  };
}
