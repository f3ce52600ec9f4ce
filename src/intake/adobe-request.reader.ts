import type { ActionInput, ActionRequestReader } from '../actions/action-input.js';
import { parseJsonText } from '../http/json-body.js';
import type { RequestProblem } from '../http/request-error.js';
import { ADOBE_DIALECT, toActionInput } from './adobe-request.js';
import { isEntityType, readEntity } from './entity-context.js';
import type { ExecutionRequestDto } from './execution-request.dto.js';

/** Reads stored execution requests. They were validated before they were stored, so nothing is validated again. */
export class AdobeRequestReader implements ActionRequestReader {
  readonly dialect = ADOBE_DIALECT;

  read(requestText: string): ActionInput {
    const request = parseJsonText(requestText) as unknown as ExecutionRequestDto;
    const { objectType, objectContext } = request.objectData;
    if (!isEntityType(objectType)) throw new Error('A stored request has an unknown entity type.');
    const problems: RequestProblem[] = [];
    const entity = readEntity(objectType, objectContext, problems);
    const [problem] = problems;
    if (problem !== undefined) throw new Error(`A stored request cannot be read: ${problem.field} ${problem.message}`);
    return toActionInput(request, entity);
  }
}
