import { describe, expect, it } from 'vitest';
import { StagePlaces } from './stage-places.js';

describe('StagePlaces', () => {
  it('grants no more than are free', () => {
    const places = new StagePlaces(10);
    expect(places.reserve(7)).toBe(7);
    expect(places.reserve(7)).toBe(3);
    expect(places.reserve(1)).toBe(0);
    places.release(4);
    expect(places.reserve(9)).toBe(4);
  });

  it('grants what comes on top, and nothing while more is held than there is room for', () => {
    let extra = 0;
    const places = new StagePlaces(2, () => extra);
    expect(places.reserve(5)).toBe(2);
    extra = 3;
    expect(places.reserve(5)).toBe(3);
    extra = 1;
    expect(places.reserve(1)).toBe(0);
    places.release(2);
    expect(places.reserve(1)).toBe(0);
    places.release(1);
    expect(places.reserve(5)).toBe(1);
  });

  it('grants nothing while it is closed, and everything again afterwards', () => {
    const places = new StagePlaces(2);
    places.close();
    expect(places.reserve(1)).toBe(0);
    places.open();
    expect(places.reserve(2)).toBe(2);
  });

  it('tells when the last row has left', async () => {
    const places = new StagePlaces(3);
    places.reserve(2);
    const empty = places.empty(5_000);
    places.release(1);
    places.release(1);
    expect(await empty).toBe(true);
  });

  it('tells when rows stay too long', async () => {
    const places = new StagePlaces(3);
    places.reserve(1);
    expect(await places.empty(10)).toBe(false);
  });
});
