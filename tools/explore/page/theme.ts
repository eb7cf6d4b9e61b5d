import { useCallback, useEffect, useState } from 'preact/hooks';

type Theme = 'light' | 'dark';

/** Dark or light: as the system has it, until somebody chooses. */
export function useTheme(): readonly [Theme, () => void] {
  const [system, setSystem] = useState<Theme>(() => themeOf(matchMedia('(prefers-color-scheme: dark)').matches));
  const [chosen, choose] = useState<Theme>();
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const listen = (): void => {
      setSystem(themeOf(query.matches));
    };
    query.addEventListener('change', listen);
    return () => {
      query.removeEventListener('change', listen);
    };
  }, []);
  const theme = chosen ?? system;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const toggle = useCallback(() => {
    choose(theme === 'dark' ? 'light' : 'dark');
  }, [theme]);
  return [theme, toggle];
}

function themeOf(isDark: boolean): Theme {
  return isDark ? 'dark' : 'light';
}
