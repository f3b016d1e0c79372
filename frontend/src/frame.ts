// What every page carries: looks, theme, keyboard help, times that grow old, and parts that renew themselves.

import '@fontsource-variable/inter/wght.css';
import './styles/tokens.css';
import './styles/frame.css';
import './styles/parts.css';
import htmx from 'htmx.org';
import { guard } from './guard';
import { whenNew } from './live';
import { make } from './page';

const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');

document.querySelector('[data-theme-switch]')?.addEventListener('click', () => {
  const current = root.dataset.theme ?? (dark.matches ? 'dark' : 'light');
  const next = current === 'dark' ? 'light' : 'dark';
  root.dataset.theme = next;
  document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
  document.dispatchEvent(new CustomEvent('theme'));
});

// Paper is white: charts and maps are drawn anew in light colours while the page is printed.
let shown: string | undefined;
matchMedia('print').addEventListener('change', ({ matches }) => {
  if (matches) { shown = root.dataset.theme; root.dataset.theme = 'light'; }
  else if (shown) root.dataset.theme = shown;
  else delete root.dataset.theme;
  document.dispatchEvent(new CustomEvent('theme'));
});

document.addEventListener('keydown', (event) => {
  if (event.key !== '?' || (event.target as Element).closest('input, select, textarea, dialog')) return;
  document.querySelector<HTMLDialogElement>('#keys')?.showModal();
});
document.addEventListener('click', (event) => {
  const target = event.target as Element;
  const opener = target.closest<HTMLElement>('[data-open]');
  if (opener) document.querySelector<HTMLDialogElement>(opener.dataset.open!)?.showModal();
  if (target.closest('[data-close]')) target.closest('dialog')?.close();
  for (const open of document.querySelectorAll<HTMLDetailsElement>('.person[open], .more[open]')) if (!open.contains(target)) open.open = false;
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') for (const open of document.querySelectorAll<HTMLDetailsElement>('.person[open], .more[open]')) open.open = false;
});

for (const id of [...document.querySelectorAll<HTMLElement>('[data-renew]')].map((part) => part.id))
  whenNew(['values', 'jobs'], () => htmx.trigger(`#${id}`, 'renew'));

document.addEventListener('click', (event) => {
  const button = (event.target as Element).closest<HTMLElement>('[data-copy]');
  const told = button && document.querySelector<HTMLElement>(button.dataset.copy!);
  if (!button || !told) return;
  if (told instanceof HTMLInputElement) told.select();
  const text = told instanceof HTMLInputElement ? told.value : told.textContent ?? '';
  void navigator.clipboard?.writeText(text).then(() => { button.textContent = 'Copied'; });
});
document.querySelectorAll<HTMLFormElement>('form[data-guard]').forEach(guard);
for (const field of document.querySelectorAll<HTMLInputElement>('.alone input[type="password"]')) {
  const show = make('label', { class: 'check' }, make('input', { type: 'checkbox' }), 'Show what is typed');
  show.querySelector('input')!.addEventListener('change', (event) => { field.type = (event.target as HTMLInputElement).checked ? 'text' : 'password'; });
  field.after(show);
}
