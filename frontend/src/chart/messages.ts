// What a chart says instead of values: that there are none, or that they could not be had.

import { make, now, one } from '../page';
import { dated } from '../time';
import { Refused } from './data';
import { knownAt } from './span';

/** Take away what is said over the plots. */
export function clear(chart: HTMLElement): void {
  chart.querySelector('.over-plot')?.remove();
}

/** Say that the window holds no values, and offer to jump to the last ones. */
export function sayEmpty(chart: HTMLElement, zone: string, last: number | null, jump: (instant: number) => void): void {
  if (knownAt() !== null) {
    say(chart, 'Nothing was known yet', 'At that time nothing had been recorded about this window.');
    return;
  }
  if (last === null) {
    say(chart, 'No data yet', 'Nothing has been measured, forecast or scheduled for this asset. Values appear here as soon as they are posted.');
    return;
  }
  const button = make('button', { type: 'button' }, `Jump to ${dated(last, zone, now())}, the last data`);
  button.addEventListener('click', () => jump(last));
  say(chart, 'No data in this window', 'The last known values are elsewhere.', button);
}

/** Say that the values could not be had, and offer to try again. */
export function sayFailed(chart: HTMLElement, error: unknown, again: () => void): void {
  const button = make('button', { type: 'button' }, 'Try again');
  button.addEventListener('click', again);
  if (error instanceof Refused && (error.status === 401 || error.status === 403))
    say(chart, 'You may not see these values', 'Your session has ended, or your account lost its rights.', make('a', { class: 'button', href: '/login' }, 'Log in'));
  else {
    const request = error instanceof Refused && error.request ? ` (request ${error.request})` : '';
    const reason = error instanceof Error ? error.message : String(error);
    say(chart, 'The values could not be loaded', `${reason}${request} What is shown may be old.`, button);
  }
}

function say(chart: HTMLElement, title: string, text: string, ...actions: Node[]): void {
  clear(chart);
  const box = make('div', { role: 'status' }, make('strong', {}, title), make('p', { class: 'note' }, text), ...actions);
  one('.plots', chart).append(make('div', { class: 'over-plot' }, box));
}
