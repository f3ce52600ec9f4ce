import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { destinationOf } from '../delivery/destination.js';
import type { Destination } from '../delivery/delivery.js';
import { RequestError } from '../http/request-error.js';
import { DestinationPauses } from './destination-pauses.repository.js';
import { type Registration, RegistrationDirectories, type RegistrationDirectory } from './registration-directory.js';

/** A registration and the family it is of. */
export interface FoundRegistration {
  readonly directory: RegistrationDirectory;
  readonly registration: Registration;
}

/** Finds a registration of any family, and the destinations it has, or had with other URLs. */
@Injectable()
export class RegisteredDestinations {
  constructor(
    private readonly directories: RegistrationDirectories,
    private readonly pauses: DestinationPauses,
  ) {}

  /** @throws RequestError 404. */
  async find(id: string): Promise<FoundRegistration> {
    for (const directory of this.directories.all()) {
      const registration = await directory.find(id);
      if (registration !== null) return { directory, registration };
    }
    throw unknownRegistration();
  }

  /** @throws RequestError 404. */
  async idsOf(id: string): Promise<string[]> {
    return (await this.allOf(await this.find(id))).map((destination) => destination.id);
  }

  /** The one its URL has now may have no row yet. In id order, the order of every lock. */
  async allOf({ directory, registration }: FoundRegistration, tx?: Tx): Promise<Destination[]> {
    const now = destinationOf(directory.channel, registration.id, registration.url);
    const before = await this.pauses.findOf(directory.channel, registration.id, tx);
    return [now, ...before.filter(({ id }) => id !== now.id)].sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** Says that an id names nothing, or nothing any more. */
export function unknownRegistration(): RequestError {
  return new RequestError(404, 'RESOURCE_NOT_FOUND', 'No registration has this id');
}
