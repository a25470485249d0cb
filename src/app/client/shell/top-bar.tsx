// The bar at the top: where one is, the look, and who one is.
import Book from "lucide-react/icons/book-open";
import Monitor from "lucide-react/icons/monitor";
import Moon from "lucide-react/icons/moon";
import Settings from "lucide-react/icons/settings";
import Sun from "lucide-react/icons/sun";
import type { ReactNode } from "react";
import { call } from "../api.ts";
import { Link } from "../link.tsx";
import { navigate } from "../router.ts";
import { useSession } from "../session.tsx";
import { setTheme, type Theme, useTheme } from "../theme.ts";
import { IconButton } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { Popover } from "../ui/popover.tsx";

const themes: readonly { readonly theme: Theme; readonly label: string; readonly icon: ReactNode }[] = [
  { theme: "system", label: "As the system", icon: <Monitor size={16} /> },
  { theme: "light", label: "Light", icon: <Sun size={16} /> },
  { theme: "dark", label: "Dark", icon: <Moon size={16} /> },
];

const ThemeMenu = () => {
  const chosen = useTheme();
  return (
    <Menu
      label="Look"
      items={themes.map(({ theme, label, icon }) => ({
        label,
        icon,
        checked: theme === chosen,
        onSelect: () => {
          setTheme(theme);
          // Kept for other browsers, too; here it holds in any case.
          call("PATCH /api/settings", { body: { theme } }).catch(() => undefined);
        },
      }))}
      trigger={(props) => (
        <IconButton {...props} label="Light or dark" icon={themes.find(({ theme }) => theme === chosen)?.icon} />
      )}
    />
  );
};

const initialsOf = (name: string): string =>
  name
    .split(/[\s.@_-]+/)
    .filter((part) => part !== "")
    .slice(0, 2)
    .map((part) => part.charAt(0).toUpperCase())
    .join("");

const narrow = "max-sm:hidden";

/** Who one is; where the window is narrow, also what else is in the bar. */
const User = () => {
  const { me } = useSession();
  if (me.data === undefined) return null;
  const { display_name: name, user, workspace_url: workspace, profile, version } = me.data;
  const initials = initialsOf(name === "" ? user : name);
  return (
    <Popover
      label="Signed in"
      align="end"
      className="w-72"
      trigger={(props) => (
        <button
          type="button"
          {...props}
          title={`${name}\n${user}`}
          className="ml-1 inline-flex size-8 shrink-0 items-center justify-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
        >
          <span className="sr-only">Signed in as {user}: </span>
          {initials}
        </button>
      )}
    >
      {(close) => (
        <div className="flex flex-col gap-2 text-sm">
          <div className="px-1">
            <p className="font-medium break-words">{name === "" ? user : name}</p>
            <p className="break-words text-soft">{user}</p>
            <p className="mt-1.5 text-xs break-words text-faint">
              {workspace}
              {profile === null ? null : `, profile ${profile}`}
            </p>
            <p className="text-xs text-faint">Mortar {version}</p>
          </div>
          <div className="-mx-1 flex flex-col border-t border-line pt-2">
            {places.map(({ label, page, icon }) => (
              <Link
                key={page}
                to={{ page }}
                onClick={close}
                className="flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 hover:bg-hover"
              >
                {icon} {label}
              </Link>
            ))}
          </div>
        </div>
      )}
    </Popover>
  );
};

const places = [
  { page: "docs", label: "Guide", icon: <Book size={16} /> },
  { page: "settings", label: "Settings", icon: <Settings size={16} /> },
] as const;

export const TopBar = ({ children, start }: { readonly children?: ReactNode; readonly start?: ReactNode }) => (
  <header className="flex h-13 shrink-0 items-center gap-1 border-b border-line bg-surface px-3">
    {start}
    <Link
      to={{ page: "home" }}
      className="flex items-center gap-2 rounded-lg px-1.5 py-1 font-semibold tracking-tight"
      aria-label="Mortar: your projects"
    >
      <Logo />
      <span className="max-sm:hidden">Mortar</span>
    </Link>
    <div className="flex min-w-0 grow items-center">{children}</div>
    <IconButton className={narrow} label="Guide" icon={<Book size={18} />} onClick={() => navigate({ page: "docs" })} />
    <ThemeMenu />
    <IconButton
      className={narrow}
      label="Settings"
      icon={<Settings size={18} />}
      onClick={() => navigate({ page: "settings" })}
    />
    <User />
  </header>
);

const Logo = () => (
  <svg viewBox="0 0 32 32" className="size-6" aria-hidden="true">
    <rect width="32" height="32" rx="8" className="fill-accent" />
    <g className="fill-on-accent">
      <rect x="6" y="8" width="11" height="7" rx="1.5" />
      <rect x="19" y="8" width="7" height="7" rx="1.5" opacity="0.75" />
      <rect x="6" y="17" width="7" height="7" rx="1.5" opacity="0.75" />
      <rect x="15" y="17" width="11" height="7" rx="1.5" />
    </g>
  </svg>
);
