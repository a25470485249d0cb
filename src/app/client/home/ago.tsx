// How long ago something was, kept current; the whole time where the pointer rests.
import { agoText, timeText } from "../format.ts";
import { useNow } from "../ui/clock.ts";

export const Ago = ({ iso }: { readonly iso: string }) => (
  <time dateTime={iso} title={timeText(iso)}>
    {agoText(iso, useNow())}
  </time>
);
