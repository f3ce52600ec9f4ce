import { afterEach, describe, expect, it, vi } from 'vitest';
import { EnvironmentError } from './config.errors.js';
import { armFailpoints, failpoint } from './failpoints.js';

afterEach(() => {
  armFailpoints(undefined, 'development');
  vi.restoreAllMocks();
});

describe('a failpoint', () => {
  it('does nothing unless it is armed', () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    armFailpoints('', 'production');
    failpoint('deliver.claimed');
    armFailpoints('deliver.before-send=kill', 'development');
    failpoint('deliver.claimed');
    expect(kill).not.toHaveBeenCalled();
  });

  it('ends the process by SIGKILL, once, at the passage it is armed for', () => {
    const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
    armFailpoints('settle.after-commit=kill@3, migrate=kill', 'development');
    failpoint('settle.after-commit');
    failpoint('settle.after-commit');
    expect(kill).not.toHaveBeenCalled();
    failpoint('settle.after-commit');
    failpoint('settle.after-commit');
    expect(kill.mock.calls).toEqual([[process.pid, 'SIGKILL']]);
  });

  it('blocks the event loop for as long as it is told to', () => {
    armFailpoints('enrich.mid=stall:60', 'development');
    const startedAt = performance.now();
    failpoint('enrich.mid');
    expect(performance.now() - startedAt).toBeGreaterThan(50);
  });

  it('is refused in production, and where nobody knows it', () => {
    expect(() => armFailpoints('migrate=kill', 'production')).toThrow(EnvironmentError);
    for (const text of ['nowhere=kill', 'migrate', 'migrate=explode', 'migrate=kill@0', 'migrate=stall']) {
      expect(() => armFailpoints(text, 'development'), text).toThrow(/FAILPOINTS/);
    }
  });
});
