/** Light, dark, or as the system says; the choice stays in this browser. */
import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from './button.tsx';

const KEY = 'trainyard.theme';
const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];
const ICONS = { system: Monitor, light: Sun, dark: Moon };

const stored = (): Theme => THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';

export function ThemeSwitch() {
  const [theme, setTheme] = useState(stored);
  const Icon = ICONS[theme];

  function turn() {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
    localStorage.setItem(KEY, next);
    if (next === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = next;
    setTheme(next);
  }

  return (
    <IconButton label={`Theme: ${theme}`} onClick={turn}>
      <Icon size={16} aria-hidden />
    </IconButton>
  );
}
