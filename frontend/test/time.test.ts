import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clock, dated, iso, isRepeated, offset, readWall, startOfDay, ticks, toInstant, writeOffset, writeWall } from '../src/time';

const HOUR = 3600;
const at = (text: string): number => Date.parse(text) / 1000;
const ZONES = ['Europe/Amsterdam', 'Asia/Seoul', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns', 'UTC', 'Pacific/Apia'];

test('offsets are those of the zone, not of the browser', () => {
  assert.equal(offset(at('2026-01-01T00:00Z'), 'Asia/Kathmandu'), 5.75 * HOUR);
  assert.equal(offset(at('2026-01-01T00:00Z'), 'America/St_Johns'), -3.5 * HOUR);
  assert.equal(offset(at('2026-07-01T00:00Z'), 'Australia/Lord_Howe'), 10.5 * HOUR);
  assert.equal(offset(at('2026-01-01T00:00Z'), 'Australia/Lord_Howe'), 11 * HOUR);
});

test('the days of change have 23, 25 and 23 and a half hours', () => {
  const length = (text: string, zone: string) => (startOfDay(at(text), zone, 1) - startOfDay(at(text), zone)) / HOUR;
  assert.equal(length('2026-03-29T12:00Z', 'Europe/Amsterdam'), 23);
  assert.equal(length('2026-10-25T12:00Z', 'Europe/Amsterdam'), 25);
  assert.equal(length('2026-10-04T00:00Z', 'Australia/Lord_Howe'), 23.5);
  assert.equal(length('2026-04-05T00:00Z', 'Australia/Lord_Howe'), 24.5);
});

test('a skipped time is as far behind the change as it says', () => {
  assert.equal(readWall('2026-03-29T02:30', 'Europe/Amsterdam'), at('2026-03-29T03:30+02:00'));
});

test('a repeated time is its first occurrence, and both are labelled with their offset', () => {
  const first = readWall('2026-10-25T02:30', 'Europe/Amsterdam');
  assert.equal(first, at('2026-10-25T02:30+02:00'));
  assert.ok(isRepeated(first, 'Europe/Amsterdam') && isRepeated(first + HOUR, 'Europe/Amsterdam'));
  assert.equal(clock(first, 'Europe/Amsterdam'), '02:30 +02:00');
  assert.equal(clock(first + HOUR, 'Europe/Amsterdam'), '02:30 +01:00');
  assert.equal(clock(first + 2 * HOUR, 'Europe/Amsterdam'), '03:30');
});

test('half an hour is repeated on Lord Howe', () => {
  const change = at('2026-04-05T01:45+11:00');
  assert.ok(isRepeated(change, 'Australia/Lord_Howe'));
  assert.ok(isRepeated(change + HOUR / 2, 'Australia/Lord_Howe'));
  assert.ok(!isRepeated(change + HOUR, 'Australia/Lord_Howe'));
});

test('six-hour ticks stay on the clock through a change', () => {
  const start = startOfDay(at('2026-10-25T12:00Z'), 'Europe/Amsterdam');
  const shown = ticks(start, start + 25 * HOUR - 1, 'Europe/Amsterdam', 5).map((tick) => clock(tick, 'Europe/Amsterdam'));
  assert.deepEqual(shown, ['00:00', '06:00', '12:00', '18:00']);
});

test('hourly ticks show the repeated hour twice', () => {
  const start = startOfDay(at('2026-10-25T12:00Z'), 'Europe/Amsterdam');
  const shown = ticks(start, start + 4 * HOUR, 'Europe/Amsterdam', 6).map((tick) => clock(tick, 'Europe/Amsterdam'));
  assert.deepEqual(shown, ['00:00', '01:00', '02:00 +02:00', '02:00 +01:00', '03:00']);
});

test('ticks increase strictly, lie inside, and are round in every zone', () => {
  let seed = 7;
  const random = () => (seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
  for (let round = 0; round < 300; round += 1) {
    const zone = ZONES[round % ZONES.length]!;
    const start = at('2025-01-01T00:00Z') + random() * 2 * 365 * 24 * HOUR;
    const end = start + HOUR * 10 ** (random() * 4);
    const found = ticks(start, end, zone, 3 + Math.floor(random() * 12));
    found.forEach((tick, i) => {
      assert.ok(tick >= start && tick <= end);
      assert.ok(i === 0 || tick > found[i - 1]!, `${zone} ${tick}`);
      assert.equal((tick + offset(tick, zone)) % 900, 0);
    });
  }
});

test('wall time and instant go there and back', () => {
  for (const zone of ZONES)
    for (let instant = at('2026-01-01T00:00Z'); instant < at('2027-01-01T00:00Z'); instant += 6 * HOUR + 900) {
      const wall = instant + offset(instant, zone);
      const back = toInstant(wall, zone);
      assert.ok(back === instant || isRepeated(instant, zone), `${zone} ${new Date(instant * 1000).toISOString()}`);
    }
});

test('times are written with their offset', () => {
  assert.equal(iso(at('2026-03-29T00:30Z'), 'Europe/Amsterdam'), '2026-03-29T01:30:00+01:00');
  assert.equal(iso(at('2026-03-29T01:30Z'), 'Europe/Amsterdam'), '2026-03-29T03:30:00+02:00');
  assert.equal(writeOffset(-3.5 * HOUR), '−03:30');
  assert.equal(writeWall(at('2026-01-01T00:00Z'), 'Asia/Kathmandu'), '2026-01-01T05:45');
});

test('another year than that of now is told', () => {
  const now = at('2026-03-28T12:00Z');
  assert.equal(dated(at('2026-03-12T12:00Z'), 'Europe/Amsterdam', now), 'Thu 12 Mar, 13:00');
  assert.equal(dated(at('2015-03-12T12:00Z'), 'Europe/Amsterdam', now), 'Thu 12 Mar 2015, 13:00');
  assert.equal(dated(at('2026-12-31T23:30Z'), 'Europe/Amsterdam', now), 'Fri 1 Jan 2027, 00:30');
});
