// The portfolio: its chart, and the statements that follow the chart's window.

import 'uplot/dist/uPlot.min.css';
import './styles/chart.css';
import { buttons } from './chart/buttons';
import { Frame } from './chart/frame';
import { timebar } from './chart/timebar';
import { one, repeatedly } from './page';
import { iso } from './time';

const SETTLED = 300;
const chart = one('.chart');
let sayWindow = (): void => undefined;
let tell = (): void => undefined;
let waiting = 0;
let told = '';

const frame = new Frame(chart, () => {
  sayWindow();
  tell();
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => void state(), SETTLED);
});
sayWindow = timebar(one('.timebar'), frame);
tell = buttons(chart, frame, 'Portfolio');

/** Show the statements of the visible window. */
async function state(again = false): Promise<void> {
  const [start, end] = frame.window;
  const query = new URLSearchParams({ start: iso(Math.round(start), frame.zone), end: iso(Math.round(end), frame.zone) }).toString();
  if (query === told && !again) return;
  const answer = await fetch(`/portfolio/statements?${query}`, { cache: 'no-cache' });
  if (!answer.ok) return;
  told = query;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const name of ['#figures', '#statements']) {
    const fresh = page.querySelector(name);
    if (fresh) one(name).replaceWith(document.adoptNode(fresh));
  }
}

const sides = [...chart.querySelectorAll<HTMLElement>('[data-side]')];
const pressed = new URLSearchParams(location.search).get('side') ?? '';
const mark = (chosen: string) => sides.forEach((side) => side.setAttribute('aria-pressed', String(side.dataset.side === chosen)));
for (const side of sides) side.addEventListener('click', () => {
  const address = new URL(location.href);
  if (side.dataset.side) address.searchParams.set('side', side.dataset.side);
  else address.searchParams.delete('side');
  history.replaceState(null, '', address);
  mark(side.dataset.side ?? '');
  void frame.load();
});
mark(pressed);

void document.fonts.load('12px "Inter Variable"').finally(() => {
  sayWindow();
  void frame.load().then(() => document.documentElement.setAttribute('data-drawn', ''));
});
repeatedly(10, () => { void frame.renew(); void state(true); });
