// Markdown as an agent writes it, while it writes it: sanitised, links in a new tab, no image from elsewhere, code with a copy button.
import { createElement, memo, type ReactNode, useDeferredValue, useRef } from "react";
import {
  type Components,
  defaultRehypePlugins,
  defaultRemarkPlugins,
  Streamdown,
  type StreamdownProps,
} from "streamdown";
import { markdownBlocks } from "./markdown-blocks.ts";
import { CopyButton } from "../tables/copy-button.tsx";

const plainTags = [
  "h1",
  "h2",
  "h3",
  "h4",
  "h5",
  "h6",
  "p",
  "ul",
  "ol",
  "li",
  "blockquote",
  "hr",
  "strong",
  "sub",
  "sup",
  "section",
  "thead",
  "tbody",
  "tr",
  "th",
  "td",
] as const;

interface Given {
  readonly node?: unknown;
  readonly children?: ReactNode;
}

/** The browser's own element: the look is in the style sheet. */
const plain = (tag: string) => {
  const Plain = ({ node: _node, ...props }: Given) => createElement(tag, props);
  return Plain;
};

/** Whether an image may be shown: its data is in the text itself, or it is ours. */
export const isOwnImage = (source: string | undefined): boolean =>
  source !== undefined &&
  (/^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/i.test(source) || /^\/(?![/\\])/.test(source));

const Code = ({ children }: Given) => {
  const ref = useRef<HTMLPreElement>(null);
  return (
    <div className="group/code relative my-3">
      <pre
        ref={ref}
        tabIndex={0}
        className="overflow-x-auto rounded-xl border border-line bg-sunken p-3.5 pr-11 font-mono text-[0.8125rem] leading-relaxed"
      >
        {children}
      </pre>
      <div className="absolute top-1.5 right-1.5">
        <CopyButton label="Copy the code" text={() => ref.current?.textContent ?? ""} />
      </div>
    </div>
  );
};

const Table = ({ children }: Given) => (
  <div className="my-3 overflow-x-auto rounded-xl border border-line" tabIndex={0} role="group" aria-label="Table">
    <table>{children}</table>
  </div>
);

const Anchor = ({ href, children }: Given & { readonly href?: string }) =>
  href === undefined || href === "" ? (
    <span>{children}</span>
  ) : (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {children}
    </a>
  );

const Image = ({ src, alt }: { readonly src?: string; readonly alt?: string }) => {
  if (isOwnImage(src)) return <img src={src} alt={alt ?? ""} loading="lazy" className="max-w-full rounded-lg" />;
  const label = alt === undefined || alt === "" ? "image" : alt;
  return src === undefined || !/^https?:/i.test(src) ? (
    <span>{label}</span>
  ) : (
    <Anchor href={src}>{label} (image on another site)</Anchor>
  );
};

/** Of a task list: it says how it stands, and is not pressed. */
const Box = ({ checked }: { readonly checked?: boolean }) => (
  <input
    type="checkbox"
    disabled
    checked={checked === true}
    readOnly
    aria-label={checked === true ? "Done" : "To do"}
  />
);

const components = {
  ...Object.fromEntries(plainTags.map((tag) => [tag, plain(tag)])),
  a: Anchor,
  img: Image,
  input: Box,
  pre: Code,
  code: plain("code"),
  inlineCode: plain("code"),
  table: Table,
} as Components;

interface MarkdownNode {
  type: string;
  value?: string;
  children?: MarkdownNode[];
}

/** Raw HTML is shown as the text that it is; a line break alone, which tables need, is one. */
const breaks = () => (tree: MarkdownNode) => {
  const visit = (node: MarkdownNode): void => {
    if (node.type === "html" && /^<br\s*\/?>$/i.test(node.value?.trim() ?? "")) {
      node.type = "break";
      delete node.value;
    }
    for (const child of node.children ?? []) visit(child);
  };
  visit(tree);
};

const remarkPlugins: StreamdownProps["remarkPlugins"] = [...Object.values(defaultRemarkPlugins), breaks];

type Plugins = Exclude<StreamdownProps["rehypePlugins"], undefined>;

interface Schema {
  readonly protocols?: Readonly<Record<string, readonly string[]>>;
}

/** The usual rules, with images that are in the text itself; which of them are shown, `Image` decides. */
const sanitized = (plugin: Plugins[number] | undefined): Plugins => {
  if (!Array.isArray(plugin)) return [];
  const [sanitize, schema] = plugin as unknown as readonly [Plugins[number], Schema];
  const protocols = { ...schema.protocols, src: [...(schema.protocols?.["src"] ?? []), "data"] };
  return [[sanitize, { ...schema, protocols }] as unknown as Plugins[number]];
};

const hardened = defaultRehypePlugins["harden"];

// Without `raw`: nothing that an agent writes becomes an element but by Markdown.
const rehypePlugins: Plugins = [
  ...sanitized(defaultRehypePlugins["sanitize"]),
  ...(hardened === undefined ? [] : [hardened]),
];

const linkSafety = { enabled: false };

/** The text as Markdown. `isOpen`: more of it comes, and what is unfinished is shown as if it were finished. */
export const Markdown = memo(({ text, isOpen }: { readonly text: string; readonly isOpen: boolean }) => {
  // While text streams in, what the person does goes first.
  const later = useDeferredValue(text);
  return (
    <Streamdown
      className="markdown"
      mode={isOpen ? "streaming" : "static"}
      parseIncompleteMarkdown={isOpen}
      components={components}
      parseMarkdownIntoBlocksFn={markdownBlocks}
      remarkPlugins={remarkPlugins}
      rehypePlugins={rehypePlugins}
      controls={false}
      linkSafety={linkSafety}
      lineNumbers={false}
    >
      {isOpen ? later : text}
    </Streamdown>
  );
});
