import { createRequire } from 'node:module';

/** What the public client `fuel-soap` tells of a failure. */
export interface FuelError extends Error {
  readonly errorPropagatedFrom?: string;
  readonly faultCode?: string;
  readonly requestId?: string;
  readonly results?: readonly Record<string, string>[];
}

/** What it tells of a success. */
export interface FuelAnswer {
  readonly body: {
    readonly OverallStatus: string;
    readonly RequestID: string;
    readonly Results: readonly Record<string, string>[];
  };
}

type Done = (error: FuelError | null, answer: FuelAnswer | null) => void;

/** The part of the client that is used here; it has no types of its own. */
interface FuelClient {
  readonly AuthClient: { accessToken?: string; invalidateToken(): void };
  create(type: string, objects: unknown, options: unknown, done: Done): void;
  retrieve(type: string, properties: readonly string[], options: unknown, done: Done): void;
  update(type: string, objects: unknown, options: unknown, done: Done): void;
  delete(type: string, objects: unknown, options: unknown, done: Done): void;
  describe(type: string, done: Done): void;
  execute(type: string, parameters: unknown, done: Done): void;
  perform(type: string, definition: object, done: Done): void;
}

const FuelSoap = createRequire(import.meta.url)('fuel-soap') as new (options: object) => FuelClient;

/** How a call ended: whatever the client throws instead fails the test. */
export type FuelOutcome = { readonly error: FuelError } | { readonly error: null; readonly answer: FuelAnswer };

/** The unmodified client, with promises around its callbacks. */
export class Fuel {
  readonly client: FuelClient;

  constructor(options: object) {
    this.client = new FuelSoap(options);
  }

  create(type: string, objects: unknown, options: unknown = {}): Promise<FuelOutcome> {
    return outcomeOf((done) => this.client.create(type, objects, options, done));
  }

  retrieve(type: string, properties: readonly string[], options: unknown = {}): Promise<FuelOutcome> {
    return outcomeOf((done) => this.client.retrieve(type, properties, options, done));
  }

  /** Any other verb. */
  other(ask: (client: FuelClient, done: Done) => void): Promise<FuelOutcome> {
    return outcomeOf((done) => ask(this.client, done));
  }
}

function outcomeOf(ask: (done: Done) => void): Promise<FuelOutcome> {
  return new Promise((resolve, reject) => {
    // The client throws inside its own callbacks when an answer is not what it expects.
    const crashed = (error: unknown): void => reject(new Error('the client crashed', { cause: error }));
    process.once('uncaughtException', crashed);
    ask((error, answer) => {
      process.off('uncaughtException', crashed);
      if (error !== null) resolve({ error });
      else if (answer !== null) resolve({ error: null, answer });
    });
  });
}
