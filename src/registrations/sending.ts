import type { Database, Tx } from '../database/database.js';
import type { SendReceipt } from './registration-directory.js';

/** Runs work that makes deliveries in one transaction, and hands them over, or gives their places back, after it. */
export async function sending<Receipt extends SendReceipt | null>(
  database: Database,
  work: (tx: Tx) => Promise<Receipt>,
): Promise<Receipt> {
  const made: SendReceipt[] = [];
  let result: Receipt;
  try {
    result = await database.transaction(async (tx) => {
      const receipt = await work(tx);
      if (receipt !== null) made.push(receipt);
      return receipt;
    });
  } catch (error) {
    for (const receipt of made) receipt.rolledBack();
    throw error;
  }
  for (const receipt of made) receipt.committed();
  return result;
}
