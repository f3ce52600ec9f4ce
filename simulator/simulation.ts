import { CallbackEndpoint } from './callback-endpoint.js';
import type { FaultRates } from './faults.js';
import { ImsEndpoint } from './ims-endpoint.js';
import { JourneyLedger } from './journey-ledger.js';
import { SimulatorServer } from './simulator-server.js';

export interface SimulationOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly clientId: string;
  readonly secrets: readonly string[];
  readonly faults: FaultRates;
  readonly seed: string;
}

/** IMS, the callback address and the ledger of one journey, running together. */
export class Simulation {
  readonly ledger = new JourneyLedger();
  readonly ims: ImsEndpoint;
  private readonly server: SimulatorServer;

  private constructor(options: SimulationOptions) {
    this.ims = new ImsEndpoint({ clientId: options.clientId, secrets: options.secrets, tokenLifetimeSeconds: 86_399 });
    const endpoint = new CallbackEndpoint({
      apiKey: options.clientId,
      objectionTo: (authorization) => this.ims.objectionTo(authorization),
      contractFor: () => null,
      find: (token) => this.ledger.find(token),
      onCallback: (event) => this.ledger.received(event),
      faults: options.faults,
      seed: options.seed,
    });
    this.server = new SimulatorServer(this.ims, endpoint);
  }

  /** @throws when the port is taken. */
  static async start(options: SimulationOptions): Promise<{ simulation: Simulation; base: string }> {
    const simulation = new Simulation(options);
    const port = await simulation.server.listen(options.port);
    return { simulation, base: `http://127.0.0.1:${port}` };
  }

  async close(): Promise<void> {
    await this.server.close();
  }
}
