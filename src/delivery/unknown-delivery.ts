import { RequestError } from '../http/request-error.js';

/** The refusal of a request that names no delivery there is. */
export function unknownDelivery(): RequestError {
  return new RequestError(404, 'RESOURCE_NOT_FOUND', 'No delivery has this id; retention may have removed it');
}
