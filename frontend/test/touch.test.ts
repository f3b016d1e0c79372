import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stretched } from '../src/chart/touch';

test('the instants below two fingers stay below them', () => {
  let seed = 3;
  const random = () => (seed = (seed * 1_664_525 + 1_013_904_223) % 4_294_967_296) / 4_294_967_296;
  for (let round = 0; round < 200; round += 1) {
    const [early, left] = [random() * 1e6, random() * 300];
    const [late, right] = [early + 60 + random() * 1e6, left + 10 + random() * 300];
    const [start, end] = stretched([early, late], [left, right], 700);
    const at = (place: number) => start + (place / 700) * (end - start);
    assert.ok(Math.abs(at(left) - early) < 1e-3 && Math.abs(at(right) - late) < 1e-3);
  }
});
