// Fields for text: one line, and many lines that grow with what is written.
import { type InputHTMLAttributes, type Ref, type TextareaHTMLAttributes, useId, useLayoutEffect, useRef } from "react";
import { cx } from "./classes.ts";

const look =
  "w-full rounded-lg border border-line-strong bg-surface px-3 text-sm text-ink outline-none transition-colors focus:border-accent focus:ring-2 focus:ring-accent/25 disabled:opacity-60 aria-invalid:border-danger";

interface Around {
  readonly label: string;
  /** The label is read aloud, but not shown. */
  readonly hideLabel?: boolean;
  readonly hint?: string;
  readonly error?: string | undefined;
}

const Label = ({ id, label, hideLabel }: { readonly id: string } & Pick<Around, "label" | "hideLabel">) => (
  <label htmlFor={id} className={hideLabel === true ? "sr-only" : "mb-1 block text-[0.8125rem] font-medium text-soft"}>
    {label}
  </label>
);

const Below = ({ id, hint, error }: { readonly id: string } & Pick<Around, "hint" | "error">) => {
  if (error !== undefined)
    return (
      <p id={id} role="alert" className="mt-1 text-[0.8125rem] text-danger">
        {error}
      </p>
    );
  return hint === undefined ? null : (
    <p id={id} className="mt-1 text-[0.8125rem] text-faint">
      {hint}
    </p>
  );
};

const describedBy = (id: string, { hint, error }: Pick<Around, "hint" | "error">) =>
  hint === undefined && error === undefined ? {} : { "aria-describedby": `${id}-below` };

export interface TextFieldProps extends Around, Omit<InputHTMLAttributes<HTMLInputElement>, "id"> {
  readonly ref?: Ref<HTMLInputElement>;
}

/** A field of one line, with its label, and a hint or what is wrong below it. */
export const TextField = ({ label, hideLabel, hint, error, className, ...rest }: TextFieldProps) => {
  const id = useId();
  return (
    <div className={className}>
      <Label id={id} label={label} {...(hideLabel === undefined ? {} : { hideLabel })} />
      <input
        type="text"
        autoComplete="off"
        {...rest}
        id={id}
        aria-invalid={error === undefined ? undefined : true}
        {...describedBy(id, { ...(hint === undefined ? {} : { hint }), error })}
        className={cx(look, "h-9")}
      />
      <Below id={`${id}-below`} {...(hint === undefined ? {} : { hint })} error={error} />
    </div>
  );
};

/** Has a text area be as high as its text, up to its `max-height`. */
export const useGrowing = (value: string) => {
  const ref = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const area = ref.current;
    if (area === null) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 2}px`;
  }, [value]);
  return ref;
};

export interface TextAreaProps extends Around, Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, "id" | "value"> {
  readonly value: string;
  readonly mono?: boolean;
}

/** A field of many lines that grows up to half the window. */
export const TextArea = ({ label, hideLabel, hint, error, className, mono, ...rest }: TextAreaProps) => {
  const id = useId();
  const ref = useGrowing(rest.value);
  return (
    <div className={className}>
      <Label id={id} label={label} {...(hideLabel === undefined ? {} : { hideLabel })} />
      <textarea
        rows={4}
        {...rest}
        ref={ref}
        id={id}
        aria-invalid={error === undefined ? undefined : true}
        {...describedBy(id, { ...(hint === undefined ? {} : { hint }), error })}
        className={cx(look, "max-h-[50dvh] resize-none py-2", mono === true && "font-mono text-[0.8125rem]")}
      />
      <Below id={`${id}-below`} {...(hint === undefined ? {} : { hint })} error={error} />
    </div>
  );
};
