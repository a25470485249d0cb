// Python sources are imported as text: `import source from "./main.py" with { type: "text" }`.
declare module "*.py" {
  const source: string;
  export default source;
}
