import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChartData } from '../src/chart/data';
import { sums } from '../src/chart/sums';

const data: ChartData = {
  start: 0, end: 3600, last: null,
  panels: [
    { key: 'power', title: 'Power', unit: 'MW', note: '', start: 0, step: 900, size: 4, bucketed: false, series: [
      { key: 'm', role: 'measured', name: 'Measured', values: [1, 2, null, null] },
      { key: 'f', role: 'forecast', name: 'Forecast', values: [2, 2, 2, 2] },
      { key: 's', role: 'schedule', name: 'Schedule', values: [null, null, 4, 4] },
    ] },
    { key: 'price', title: 'Price', unit: 'EUR/MWh', note: '', start: 0, step: 3600, size: 1, bucketed: false, series: [
      { key: 'p', role: 'price', name: 'Price', values: [40] },
    ] },
  ],
};

test('sums are over what is known, errors over what is known of both', () => {
  const found = sums(data, [0, 3600])!;
  assert.equal(found.unit, 'MW');
  assert.deepEqual(found.realised, { energy: 0.75, power: 1.5, money: 30 });
  assert.deepEqual(found.expected, { energy: 1, power: 2, money: 40 });
  assert.deepEqual(found.scheduled, { energy: 2, power: 4, money: 80 });
  assert.deepEqual(found.earlier, { energy: null, power: null, money: null });
  assert.equal(found.mae, 0.5);
  assert.ok(Math.abs(found.wape! - 100 / 3) < 1e-9);
  assert.equal(found.coverage, 100);
});

test('prices per kWh and powers in kW are brought together', () => {
  const [power, price] = data.panels as [ChartData['panels'][0], ChartData['panels'][0]];
  const other = { ...data, panels: [{ ...power, unit: 'kW' }, { ...price, unit: 'EUR/kWh' }] };
  assert.equal(sums(other, [0, 3600])!.realised.money, 30);
});

test('a window counts the steps that begin in it', () => {
  assert.equal(sums(data, [900, 3600])!.realised.energy, 0.5);
});

test('nothing known is no number', () => {
  const found = sums(data, [1800, 3600])!;
  assert.deepEqual([found.realised.energy, found.mae, found.wape, found.coverage], [null, null, null, 0]);
});
