// The colours of the style sheet, for canvases.

const probe = document.createElement('span');
probe.hidden = true;
document.body.append(probe);
const known = new Map<string, string>();

/** Return a colour of the current theme. */
export function colour(name: string): string {
  let value = known.get(name);
  if (!value) {
    probe.style.color = `var(--${name})`;
    value = getComputedStyle(probe).color;
    known.set(name, value);
  }
  return value;
}

/** Return a colour of the current theme, partly transparent. */
export const tint = (name: string, share: number): string =>
  colour(name).replace(/^rgb\((.*)\)$/, (_, parts: string) => `rgb(${parts.replaceAll(',', ' ')} / ${share})`);

/** Call something after the theme has changed, by the switch or by the system. */
export function onTheme(action: () => void): void {
  const renew = () => { known.clear(); action(); };
  document.addEventListener('theme', renew);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', renew);
}
