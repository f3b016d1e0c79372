// Small things that every island needs of the page around it.

/** Return the one element that a selector finds. */
export function one<T extends Element = HTMLElement>(selector: string, within: ParentNode = document): T {
  const found = within.querySelector<T>(selector);
  if (!found) throw new Error(`The page lacks ${selector}.`);
  return found;
}

/** Make an element with attributes and children; text is never read as markup. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K, attributes: Record<string, string> = {}, ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Make an SVG element. */
export function draw(tag: string, attributes: Record<string, string>, ...children: Node[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Make one of the signs that the page carries. */
export const glyph = (name: string): SVGElement =>
  draw('svg', { class: 'glyph', 'aria-hidden': 'true' }, draw('use', { href: `#glyph-${name}` }));

const loadedAt = performance.now();
const reference = Number(document.body.dataset.now);

/** Return the platform's time in seconds since 1970; the browser's clock is never asked. */
export const now = (): number => reference + (performance.now() - loadedAt) / 1000;

/** Write a number with a true minus sign; a dash where there is none. */
export function figure(value: number | null | undefined, digits = 1): string {
  if (value === null || value === undefined || Number.isNaN(value)) return '–';
  const text = Math.abs(value).toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** Call something when the page is visible, again and again. */
export function repeatedly(seconds: number, action: () => void): void {
  window.setInterval(() => { if (!document.hidden) action(); }, seconds * 1000);
  document.addEventListener('visibilitychange', () => { if (!document.hidden) action(); });
}

/** Offer a file. */
export function save(content: Blob, name: string): void {
  const link = make('a', { href: URL.createObjectURL(content), download: name });
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Write one thing that is looked at into the address, or take it out. */
export function look(name: string, value: string): void {
  const address = new URL(location.href);
  if (value) address.searchParams.set(name, value);
  else address.searchParams.delete(name);
  if (address.href !== location.href) history.replaceState(null, '', address);
}
