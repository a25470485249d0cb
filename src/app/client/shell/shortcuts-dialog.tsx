// The keys, for a person to read.
import { useCallback, useState } from "react";
import { Dialog } from "../ui/dialog.tsx";
import { shortcuts, useShortcut } from "./shortcuts.ts";

const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.userAgent);

const named = (key: string): string => {
  if (key === "Mod") return isMac() ? "⌘" : "Ctrl";
  return key === "Alt" && isMac() ? "⌥" : key;
};

const field = [
  { keys: ["Enter"], text: "Send the message" },
  { keys: ["Shift", "Enter"], text: "Make a new line" },
] as const;

/** Shows itself when `?` is pressed. */
export const ShortcutsDialog = () => {
  const [isOpen, setOpen] = useState(false);
  useShortcut(
    "help",
    useCallback(() => setOpen(true), []),
  );
  return (
    <Dialog open={isOpen} onClose={() => setOpen(false)} title="Keyboard" size="sm">
      <dl className="flex flex-col divide-y divide-line text-sm">
        {[...field, ...shortcuts].map(({ keys, text }) => (
          <div key={text} className="flex items-center justify-between gap-4 py-2">
            <dt>{text}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <kbd
                  key={key}
                  className="min-w-6 rounded border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-sans text-xs"
                >
                  {named(key)}
                </kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
};
