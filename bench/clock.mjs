/** Milliseconds of the machine's monotonic clock: the same in every process, which performance.now() is not. */
export function nowMs() {
  return Number(process.hrtime.bigint()) / 1e6;
}
