// The person's own key for Anthropic's API: it goes to the server and never comes back.
import { type FormEvent, useState } from "react";
import type { Settings } from "../../contract/api.ts";
import { call } from "../api.ts";
import { shapeOf } from "../http.ts";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/field.tsx";
import { notify, notifyError } from "../ui/toast.tsx";

export interface AnthropicKeyProps {
  readonly hasKey: boolean;
  readonly onChanged: (settings: Settings) => void;
}

export const AnthropicKey = ({ hasKey, onChanged }: AnthropicKeyProps) => {
  const [key, setKey] = useState("");
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (key.trim() === "") return setProblem("Paste the key. It begins with sk-ant-.");
    setBusy(true);
    try {
      onChanged(await call("PUT /api/settings/anthropic_key", { body: { key: key.trim() } }));
      setKey("");
      notify("The key is kept.");
    } catch (error) {
      const { message, hint } = shapeOf(error);
      setProblem(hint === undefined ? message : `${message} ${hint}`);
    } finally {
      setBusy(false);
    }
    return undefined;
  };
  const forget = async (): Promise<void> => {
    setBusy(true);
    try {
      onChanged(await call("DELETE /api/settings/anthropic_key"));
      notify("The key is forgotten.");
    } catch (error) {
      notifyError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => void save(event)}
      noValidate
      className="mt-3 flex flex-wrap items-start gap-2 border-t border-line pt-3"
    >
      <TextField
        type="password"
        label="Anthropic API key"
        className="min-w-56 grow"
        autoComplete="off"
        spellCheck={false}
        placeholder={hasKey ? "A key is kept. Paste another to replace it." : "sk-ant-…"}
        hint="Kept on the server for you alone, handed only to your own runs. It cannot be read back here."
        value={key}
        error={problem}
        onChange={(event) => {
          setKey(event.target.value);
          setProblem(undefined);
        }}
      />
      <div className="flex gap-2 pt-6">
        <Button type="submit" variant="primary" busy={busy}>
          {hasKey ? "Replace" : "Keep the key"}
        </Button>
        {hasKey ? (
          <Button variant="danger" busy={busy} onClick={() => void forget()}>
            Forget it
          </Button>
        ) : null}
      </div>
    </form>
  );
};
