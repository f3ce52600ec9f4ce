import { register } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { keepOnlySeriesOf, startStepSeries, stepBreakerOpen, stepRequestSeconds } from './http-steps.metrics.js';

describe('the series of a host', () => {
  it('begin at 0, stay as they are when the services are read again, and end with the host', async () => {
    startStepSeries('only-here.example', null);
    expect(await register.metrics()).toContain('ricochet_http_step_breaker_open{host="only-here.example"} 0');
    stepBreakerOpen.set({ host: 'only-here.example' }, 1);
    stepRequestSeconds.observe({ host: 'only-here.example' }, 0.2);

    startStepSeries('only-here.example', null);
    const again = await register.metrics();
    expect(again).toContain('ricochet_http_step_breaker_open{host="only-here.example"} 1');
    expect(again).toContain('ricochet_http_step_request_seconds_count{host="only-here.example"} 1');

    keepOnlySeriesOf(new Set());
    expect(await register.metrics()).not.toContain('only-here.example');
  });
});
