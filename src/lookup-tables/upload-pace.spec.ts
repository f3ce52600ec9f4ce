import { describe, expect, it } from 'vitest';
import { UploadPace } from './upload-pace.js';

describe('the pieces of an upload', () => {
  it('get smaller while they take long, and larger again afterwards, within their bounds', async () => {
    const pace = new UploadPace();
    const most = pace.pieceBytes;
    await pace.worked(9);
    expect(pace.pieceBytes).toBe(most / 2);
    await pace.worked(3);
    expect(pace.pieceBytes).toBe(most / 2);
    for (let piece = 0; piece < 20; piece += 1) await pace.worked(5);
    expect(pace.pieceBytes).toBe(512);
    for (let piece = 0; piece < 20; piece += 1) await pace.worked(0.1);
    expect(pace.pieceBytes).toBe(most);
  });
});
