/**
 * Gives back the memory that loading the application took and serving it does not need: V8 would keep it, a third of an
 * idle process, until the first full collection under load. Takes a tenth of a second, so it comes before the port opens.
 * The inspector's collection is the one that shrinks the young generation too; `gc()` leaves it as large as it has grown.
 */
export async function shedBootGarbage(): Promise<void> {
  try {
    const { Session } = await import('node:inspector/promises');
    const session = new Session();
    session.connect();
    try {
      await session.post('HeapProfiler.collectGarbage');
    } finally {
      session.disconnect();
    }
  } catch {
    // A Node built without inspector: it only keeps the memory.
  }
}
