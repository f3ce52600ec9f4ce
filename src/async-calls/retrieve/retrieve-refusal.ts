/** A Retrieve that is answered with `Error`; the text has no colon, because clients cut it off there. */
export class RetrieveRefusal extends Error {
  readonly code = 'RETRIEVE_REFUSED';

  constructor(text: string) {
    super(text);
    this.name = 'RetrieveRefusal';
  }
}
