// A button that copies, and says so where it was pressed.
import Check from "lucide-react/icons/check";
import Copy from "lucide-react/icons/copy";
import { useEffect, useState } from "react";
import { Button, IconButton } from "../ui/button.tsx";
import { notifyError } from "../ui/toast.tsx";
import { copyText } from "./save-file.ts";

const shownMs = 1800;

export interface CopyButtonProps {
  /** What is copied; made when it is pressed. */
  readonly text: () => string;
  readonly label: string;
  /** With words beside the icon. */
  readonly words?: string;
  readonly className?: string;
}

export const CopyButton = ({ text, label, words, className }: CopyButtonProps) => {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), shownMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async (): Promise<void> => {
    const done = await copyText(text());
    setCopied(done);
    if (!done) notifyError(new Error("The browser did not let the page copy. Select the text and copy it yourself."));
  };
  const icon = copied ? <Check size={15} aria-hidden="true" /> : <Copy size={15} aria-hidden="true" />;
  const extra = className === undefined ? {} : { className };
  if (words === undefined)
    return (
      <IconButton {...extra} size="sm" label={copied ? "Copied" : label} icon={icon} onClick={() => void copy()} />
    );
  return (
    <Button {...extra} size="sm" variant="ghost" icon={icon} title={label} onClick={() => void copy()}>
      <span aria-live="polite">{copied ? "Copied" : words}</span>
    </Button>
  );
};
