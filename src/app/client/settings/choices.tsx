// One of a few, each with a word of what it means.
import { useId } from "react";

export interface Choice<K extends string> {
  readonly key: K;
  readonly label: string;
  readonly text: string;
  /** Why it cannot be chosen. */
  readonly unavailable?: string | undefined;
}

export interface ChoicesProps<K extends string> {
  readonly label: string;
  readonly choices: readonly Choice<K>[];
  readonly value: K | undefined;
  readonly disabled?: boolean;
  readonly onChange: (key: K) => void;
}

/** Radio buttons as rows. */
export const Choices = <K extends string>({ label, choices, value, disabled, onChange }: ChoicesProps<K>) => {
  const id = useId();
  return (
    <fieldset disabled={disabled === true} className="flex flex-col gap-2">
      <legend className="sr-only">{label}</legend>
      {choices.map(({ key, label: name, text, unavailable }) => (
        <label
          key={key}
          className="flex items-start gap-3 rounded-lg border border-line px-3 py-2 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name={id}
            className="mt-1 accent-accent"
            checked={value === key}
            disabled={unavailable !== undefined}
            onChange={() => onChange(key)}
          />
          <span className="min-w-0">
            <span className="block text-sm font-medium">{name}</span>
            <span className="block text-[0.8125rem] text-soft">{unavailable ?? text}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
};
