// The portfolio: its chart by side, in total or by type, and the statements that follow its window.

import { start } from './followed';
import { look, one } from './page';

const HOUR = 3600;
const CLICK = 4;
const { frame, renew } = start('Portfolio');
const choices = () => [...document.querySelectorAll<HTMLElement>('button[data-set]')];

/** Show which choices the address states. */
function mark(): void {
  const query = new URLSearchParams(location.search);
  for (const choice of choices()) {
    const [name = '', value = ''] = choice.dataset.set!.split('=');
    choice.setAttribute('aria-pressed', String((query.get(name) ?? '') === value));
  }
}

/** Follow a choice without loading the page again. */
function choose(setting: string): void {
  const [name = '', value = ''] = setting.split('=');
  look(name, value);
  mark();
  if (name !== 'unit') void frame.load();
  if (name === 'unit' || name === 'type') void renew();
}

const spanOf = (row: HTMLElement): [number, number] => [Number(row.dataset.from), Number(row.dataset.until)];

document.addEventListener('click', (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  const target = event.target as Element;
  const setter = target.closest<HTMLElement>('[data-set]');
  const row = target.closest('[data-span]')?.closest<HTMLElement>('[data-from]');
  if (!setter && !row) return;
  event.preventDefault();
  if (setter) choose(setter.dataset.set!);
  if (!row) return;
  const [from, until] = spanOf(row);
  frame.choose([from - HOUR, until + HOUR]);
  one('.plots').scrollIntoView({ block: 'nearest' });
});

// A highlight in the chart leads to its row in the list.
let pressed = NaN;
const plots = one('.plots');
plots.addEventListener('pointerdown', (event) => { pressed = event.clientX; });
plots.addEventListener('click', (event) => {
  const over = (event.target as Element).closest('.u-over');
  if (!over || Math.abs(event.clientX - pressed) > CLICK) return;
  const { left, width } = over.getBoundingClientRect();
  const [begin, end] = frame.window;
  const instant = begin + ((event.clientX - left) / width) * (end - begin);
  for (const row of document.querySelectorAll<HTMLElement>('[data-from]')) {
    const [from, until] = spanOf(row);
    const lit = instant >= from && instant < until;
    row.classList.toggle('lit', lit);
    if (lit) row.scrollIntoView({ block: 'nearest' });
  }
});
window.addEventListener('popstate', mark);
mark();
