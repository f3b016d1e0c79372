// Clock time of the platform's or an asset's zone, exact over changes of daylight saving; never the browser's.
// Instants are seconds since 1970 in UTC; wall times are seconds that a clock in the zone would count.

const DAY = 86_400;
const QUARTER = 900;
const readers = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Return the offset of a zone from UTC at an instant, in seconds. */
export function offset(instant: number, zone: string): number {
  const quarter = Math.floor(instant / QUARTER) * QUARTER;
  const key = `${zone}${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const part: Record<string, number> = {};
  for (const { type, value } of reader(zone).formatToParts(quarter * 1000)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const found = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - quarter;
  offsets.set(key, found);
  return found;
}

function reader(zone: string): Intl.DateTimeFormat {
  let format = readers.get(zone);
  if (!format) {
    const two = '2-digit';
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hourCycle: 'h23',
      year: 'numeric', month: two, day: two, hour: two, minute: two, second: two,
    });
    readers.set(zone, format);
  }
  return format;
}

/** Return all instants, at most two, at which clocks show a wall time, the first one first. */
function candidates(wall: number, zone: string): number[] {
  const tried = [wall - offset(wall - DAY, zone), wall - offset(wall + DAY, zone)];
  return [...new Set(tried)].filter((instant) => instant + offset(instant, zone) === wall).sort((a, b) => a - b);
}

/** Return the instant of a wall time: the first of two, or the same distance behind the change if it was skipped. */
export function toInstant(wall: number, zone: string): number {
  return candidates(wall, zone)[0] ?? wall - offset(wall - DAY, zone);
}

/** Tell whether the clock shows this time twice. */
export function isRepeated(instant: number, zone: string): boolean {
  return candidates(instant + offset(instant, zone), zone).length > 1;
}

/** Return the start of the local day, some days later. */
export function startOfDay(instant: number, zone: string, days = 0): number {
  const day = Math.floor((instant + offset(instant, zone)) / DAY);
  return toInstant((day + days) * DAY, zone);
}

const STEPS = [900, 1800, 3600, 7200, 10_800, 21_600, 43_200, DAY, 2 * DAY, 4 * DAY, 7 * DAY, 14 * DAY];

/** Return instants on round local times within [min, max], at most about `most` of them. */
export function ticks(min: number, max: number, zone: string, most: number): number[] {
  const step = STEPS.find((size) => (max - min) / size <= most);
  if (step !== undefined && step < DAY) return ticksOfDay(min, max, zone, step);
  const days = (step ?? Math.ceil((max - min) / most / DAY) * DAY) / DAY;
  const first = Math.floor((min + offset(min, zone)) / DAY / days) * days;
  const found: number[] = [];
  for (let day = first; found.length === 0 || found[found.length - 1]! <= max; day += days) found.push(toInstant(day * DAY, zone));
  return found.filter((instant) => instant >= min && instant <= max);
}

function ticksOfDay(min: number, max: number, zone: string, step: number): number[] {
  const found: number[] = [];
  for (let instant = Math.ceil(min / QUARTER) * QUARTER; instant <= max; instant += QUARTER)
    if ((instant + offset(instant, zone)) % step === 0) found.push(instant);
  return found;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** Write an instant as clocks in the zone show it. */
export function show(instant: number, zone: string, parts: Intl.DateTimeFormatOptions): string {
  const key = zone + JSON.stringify(parts);
  let format = formats.get(key);
  if (!format) formats.set(key, (format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...parts })));
  return format.format(instant * 1000);
}

const CLOCK = { hour: '2-digit', minute: '2-digit' } as const;

/** Write the time of day; a time that comes twice gets its offset. */
export const clock = (instant: number, zone: string): string =>
  show(instant, zone, CLOCK) + (isRepeated(instant, zone) ? ` ${writeOffset(offset(instant, zone))}` : '');

/** Write the day, such as Wed 20 May. */
export const day = (instant: number, zone: string): string =>
  show(instant, zone, { weekday: 'short', day: 'numeric', month: 'short' }).replace(',', '');

/** Write day and time of day. */
export const moment = (instant: number, zone: string): string => `${day(instant, zone)}, ${clock(instant, zone)}`;

/** Write day and time of day, with the year if it is another one than that of now. */
export function dated(instant: number, zone: string, now: number): string {
  const year = (at: number) => show(at, zone, { year: 'numeric' });
  return year(instant) === year(now) ? moment(instant, zone) : `${day(instant, zone)} ${year(instant)}, ${clock(instant, zone)}`;
}

/** Write an offset from UTC, such as +05:45. */
export function writeOffset(seconds: number): string {
  const minutes = Math.abs(Math.round(seconds / 60));
  const two = (number: number) => String(number).padStart(2, '0');
  return `${seconds < 0 ? '−' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Write an instant in ISO 8601 with the offset of the zone. */
export function iso(instant: number, zone: string): string {
  const shift = offset(instant, zone);
  return new Date((instant + shift) * 1000).toISOString().slice(0, 19) + writeOffset(shift).replace('−', '-');
}

/** Read the text of a date and time field as wall time of a zone; NaN if it is none. */
export function readWall(text: string, zone: string): number {
  const wall = Date.parse(`${text}Z`) / 1000;
  return Number.isNaN(wall) ? NaN : toInstant(wall, zone);
}

/** Write an instant for a date and time field. */
export const writeWall = (instant: number, zone: string): string =>
  new Date((instant + offset(instant, zone)) * 1000).toISOString().slice(0, 16);
