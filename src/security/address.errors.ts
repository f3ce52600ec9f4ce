/** A host or peer that the address policy refuses to talk to; the message names the host, the address and the switch. */
export class AddressRefusedError extends Error {
  readonly code = 'ADDRESS_REFUSED';

  constructor(message: string) {
    super(message);
    this.name = 'AddressRefusedError';
  }
}
