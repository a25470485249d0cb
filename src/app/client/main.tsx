// The page begins here.
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { startTheme } from "./theme.ts";

const root = document.getElementById("root");
if (root !== null) {
  startTheme();
  createRoot(root).render(<App />);
}
