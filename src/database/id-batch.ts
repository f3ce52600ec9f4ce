/** PostgreSQL's binary form of a uuid[]: after the head, each id has its length in front. */
const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const ELEMENT_BYTES = 20;
const UUID_OID = 2950;
const ID_BYTES = ELEMENT_BYTES - LENGTH_BYTES;

/**
 * SQL for the ids of a batch, which is the statement's first parameter. Behind a query the planner does not look at thousands of
 * ids, which took it as long as the statement.
 */
export const BATCH_IDS = `(SELECT $1::uuid[])::uuid[]`;

/** SQL that selects a query's uuids as {@link IdBatch.read} takes them. */
export function idBatch(query: string): string {
  return `array_send(ARRAY(${query})::uuid[])`;
}

/** The same of a column of the rows that a query groups, in their order. */
export function sentArray(column: string, condition: string): string {
  return `array_send(coalesce(array_agg(${column}) FILTER (WHERE ${condition}), '{}'))`;
}

/**
 * Ids that one statement finds for the next ones, kept as the server wrote them. As text, writing and reading a batch for
 * four statements took a tenth of what removing its actions costs PostgreSQL.
 */
export class IdBatch {
  private constructor(private readonly elements: Buffer) {}

  /** @param sent the column that {@link idBatch} makes */
  static read(sent: Buffer): IdBatch {
    const ids = new IdBatch(sent.subarray(HEAD_BYTES));
    if (ids.elements.length % ELEMENT_BYTES !== 0) throw new TypeError('no array of uuids');
    return ids;
  }

  static of(ids: readonly string[]): IdBatch {
    const elements = Buffer.alloc(ids.length * ELEMENT_BYTES);
    ids.forEach((id, index) => {
      elements.writeInt32BE(ID_BYTES, index * ELEMENT_BYTES);
      elements.write(id.replaceAll('-', ''), index * ELEMENT_BYTES + LENGTH_BYTES, 'hex');
    });
    return new IdBatch(elements);
  }

  get size(): number {
    return this.elements.length / ELEMENT_BYTES;
  }

  /** For a parameter of type uuid[]: the driver sends bytes as they are. */
  toParameter(): Buffer {
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeInt32BE(1, 0);
    head.writeInt32BE(UUID_OID, 8);
    head.writeInt32BE(this.size, 12);
    head.writeInt32BE(1, 16);
    return Buffer.concat([head, this.elements]);
  }

  /**
   * Deals the ids out to hands; empty ones are left out. Equal ids come into the same hand.
   * @param turns the hand of the first id, of the second, and so on, over and over
   */
  deal(turns: readonly number[]): IdBatch[] {
    const handOf = new Map<string, number>();
    const hands: Buffer[][] = [];
    for (let index = 0; index < this.size; index += 1) {
      const element = this.element(index);
      const id = element.toString('latin1');
      const hand = handOf.get(id) ?? turns[handOf.size % turns.length] ?? 0;
      handOf.set(id, hand);
      (hands[hand] ??= []).push(element);
    }
    return hands.filter((hand) => hand !== undefined).map((hand) => new IdBatch(Buffer.concat(hand)));
  }

  without(ids: readonly string[]): IdBatch {
    if (ids.length === 0) return this;
    const left = new Set(ids.map((id) => id.replaceAll('-', '').toLowerCase()));
    return this.filter((_, element) => !left.has(element.toString('hex', LENGTH_BYTES)));
  }

  private element(index: number): Buffer {
    return this.elements.subarray(index * ELEMENT_BYTES, (index + 1) * ELEMENT_BYTES);
  }

  private filter(keep: (index: number, element: Buffer) => boolean): IdBatch {
    const kept: Buffer[] = [];
    for (let index = 0; index < this.size; index += 1) {
      const element = this.element(index);
      if (keep(index, element)) kept.push(element);
    }
    return new IdBatch(Buffer.concat(kept));
  }
}
