// Buttons: with words, and with an icon alone.
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import { cx } from "./classes.ts";
import { Spinner } from "./spinner.tsx";

type Variant = "primary" | "secondary" | "ghost" | "danger";

const looks: Readonly<Record<Variant, string>> = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover border-transparent",
  secondary: "bg-surface text-ink border-line-strong hover:bg-hover",
  ghost: "bg-transparent text-soft border-transparent hover:bg-hover hover:text-ink",
  danger: "bg-surface text-danger border-line-strong hover:bg-danger-soft",
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly variant?: Variant;
  readonly size?: "sm" | "md";
  /** Shows that it works, and takes no press meanwhile. */
  readonly busy?: boolean;
  /** Before the words. */
  readonly icon?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with words. */
export const Button = ({
  variant = "secondary",
  size = "md",
  busy,
  icon,
  children,
  className,
  ...rest
}: ButtonProps) => (
  <button
    type="button"
    {...rest}
    disabled={rest.disabled === true || busy === true}
    aria-busy={busy}
    className={cx(
      "inline-flex shrink-0 items-center justify-center gap-1.5 rounded-lg border font-medium whitespace-nowrap transition-colors disabled:opacity-55",
      size === "sm" ? "h-8 px-2.5 text-[0.8125rem]" : "h-9 px-3.5 text-sm",
      looks[variant],
      className,
    )}
  >
    {busy === true ? <Spinner /> : icon}
    {children}
  </button>
);

export interface IconButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, "children"> {
  /** What it does: read aloud, and shown while the pointer rests on it. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly size?: "sm" | "md";
  readonly active?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button with an icon alone; its label is its accessible name and its tooltip. */
export const IconButton = ({ label, icon, size = "md", active, className, ...rest }: IconButtonProps) => (
  <button
    type="button"
    title={label}
    {...rest}
    aria-label={label}
    className={cx(
      "inline-flex shrink-0 items-center justify-center rounded-lg text-soft transition-colors hover:bg-hover hover:text-ink disabled:opacity-45",
      size === "sm" ? "size-7" : "size-9",
      active === true && "bg-hover text-ink",
      className,
    )}
  >
    {icon}
  </button>
);
