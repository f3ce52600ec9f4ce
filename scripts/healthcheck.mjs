// The container's health check: whether the process answers at all. Exits 0 or 1.
const port = process.env.PORT || '3000';
const path = process.argv[2] ?? '/health/live';
try {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(4_000) });
  process.exitCode = response.ok ? 0 : 1;
} catch {
  process.exitCode = 1;
}
