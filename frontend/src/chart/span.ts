// A window of time and the address that states it.

import { iso } from '../time';
import { now } from '../page';

export { look } from '../page';

export type Span = readonly [start: number, end: number];

const HOUR = 3600;
const UNITS: Record<string, number> = { m: 60, h: HOUR, d: 24 * HOUR };
const LONGEST = 3 * 366 * 24 * HOUR;

/** What a page shows unless its address says otherwise: some hours before and after now. */
export const usual = (before: number, after: number): Span => [now() - before * HOUR, now() + after * HOUR];

/** Read a time such as `now-12h` or in ISO 8601; NaN if it is neither. */
export function readTime(text: string): number {
  const relative = /^now(?:([+-])(\d+)([mhd]))?$/.exec(text);
  if (!relative) return Date.parse(text) / 1000;
  const [, sign, count, unit] = relative;
  return now() + (count ? (sign === '-' ? -1 : 1) * Number(count) * UNITS[unit!]! : 0);
}

/** Write an instant relative to now, such as `now-36h`, to the quarter of an hour. */
export function relative(instant: number): string {
  const minutes = 15 * Math.round((instant - now()) / 900);
  if (minutes === 0) return 'now';
  const [unit, size] = ([['d', 1440], ['h', 60]] as const).find(([, length]) => minutes % length === 0) ?? ['m', 1];
  return `now${minutes < 0 ? '-' : '+'}${Math.abs(minutes) / size}${unit}`;
}

/** Return the window that the address states. */
export function fromAddress(otherwise: Span): Span {
  const query = new URLSearchParams(location.search);
  const start = readTime(query.get('start') ?? '');
  const end = readTime(query.get('end') ?? '');
  return end > start ? within([start, end]) : otherwise;
}

/** Return as known at which time values are shown; null for all that is known. */
export function knownAt(): number | null {
  const known = Date.parse(new URLSearchParams(location.search).get('known') ?? '') / 1000;
  return Number.isNaN(known) ? null : known;
}

/** Write a window into the address. */
export function toAddress([start, end]: Span, zone: string, push: boolean): void {
  const address = new URL(location.href);
  address.searchParams.set('start', iso(Math.round(start), zone));
  address.searchParams.set('end', iso(Math.round(end), zone));
  if (address.href === location.href) return;
  history[push ? 'pushState' : 'replaceState'](null, '', address);
}

/** Return a window that is neither too short nor too long. */
export function within([start, end]: Span, shortest = HOUR): Span {
  const middle = (start + end) / 2;
  const length = Math.min(Math.max(end - start, shortest), LONGEST);
  return [middle - length / 2, middle + length / 2];
}

/** Return a window moved by seconds. */
export const moved = ([start, end]: Span, by: number): Span => [start + by, end + by];

/** Return a window made longer or shorter around an instant. */
export const scaled = ([start, end]: Span, around: number, factor: number): Span =>
  within([around - (around - start) * factor, around + (end - around) * factor]);
