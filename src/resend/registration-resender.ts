import { Injectable } from '@nestjs/common';
import { RegisteredDestinations } from '../registrations/registered-destinations.js';
import { Recoveries } from './recoveries.js';
import type { RecoverRegistration, RegistrationRecoveries } from './registration-recoveries.dto.js';
import type { AuditActor } from '../security/admin-actor.js';

/** Sends the failed deliveries of one registration again, as the bulk jobs of its destinations. */
@Injectable()
export class RegistrationResender {
  constructor(
    private readonly destinations: RegisteredDestinations,
    private readonly recoveries: Recoveries,
  ) {}

  /** Starts a job per destination with something to send. @throws RequestError 404; 409 while the same job runs. */
  async recover(id: string, request: RecoverRegistration, actor: AuditActor): Promise<RegistrationRecoveries> {
    const items: RegistrationRecoveries['items'] = [];
    for (const endpoint of await this.destinations.idsOf(id)) {
      const { status, toCurrentUrl } = request;
      const order = { endpoint, ...(status && { status }), ...(toCurrentUrl && { toCurrentUrl }) };
      const { matched } = await this.recoveries.preview(order);
      if (matched > 0) items.push(await this.recoveries.start(order, actor));
    }
    return { items };
  }
}
