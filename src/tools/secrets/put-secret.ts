// put_secret: a value that the conversation holds already.
import * as z from "zod";
import { defineTool } from "../define.ts";
import { nowhere } from "../targets.ts";
import { question } from "../question.ts";
import { fieldLines, fieldText } from "../text.ts";
import { keyInput, scopeInput, writtenFields, writtenSecret } from "./fields.ts";
import { changeSecrets, secretsIn } from "./secrets-api.ts";

export const putSecret = defineTool({
  name: "put_secret",
  toolset: "secrets",
  effect: "destructive",
  idempotent: true,
  title: "Write a secret",
  description:
    "Writes a secret, over one that is there. The value stands in this conversation: for real credentials prefer put_secret_from_file.",
  input: z.strictObject({ scope: scopeInput, key: keyInput, value: z.string().describe("At most 128 KB") }),
  output: z.object(writtenFields),
  spellings: { string_value: "value" },
  confirm: async ({ scope, key }, context) => {
    const wasThere = (await secretsIn(context, scope)).some((one) => one.key === key);
    return wasThere ? question`Overwrite the secret ${key} of the scope ${scope}? Its value is lost.` : undefined;
  },
  targets: nowhere,
  run: async (context, { scope, key, value }) => {
    const wasThere = (await secretsIn(context, scope)).some((one) => one.key === key);
    await changeSecrets(context, "put", { scope, key, string_value: value });
    return writtenSecret({ scope, key }, wasThere);
  },
  text: (output) => fieldText(fieldLines(output)),
});
