import type { ActionEntity, ActionInput, Fields, JourneyPath } from '../actions/action-input.js';
import type { ExecutionRequestDto, JourneyPathDto } from './execution-request.dto.js';

/** The dialect of requests that arrive at submitAsyncAction. */
export const ADOBE_DIALECT = 'adobe';

const EMPTY: Fields = Object.freeze({});
const NO_PATHS: readonly JourneyPath[] = Object.freeze([]);

/** Maps a validated execution request to what the stages know; the live request and the stored one go through here. */
export function toActionInput(request: ExecutionRequestDto, entity: ActionEntity): ActionInput {
  const pathConfig = request.actionConfig?.pathConfig ?? null;
  return {
    entity,
    flowStep: request.objectData.flowStepContext ?? EMPTY,
    globalAttributes: request.context?.globalAttributes ?? EMPTY,
    journey: request.context?.journey ?? EMPTY,
    subscription: (request.context?.subscription ?? EMPTY) as Fields,
    paths: pathConfig === null ? NO_PATHS : pathConfig.map(toPath),
    // Left out, the presence of paths decides: a request that sends them wants to hear which one to take.
    splitPaths: request.enableSplitPaths ?? pathConfig !== null,
  };
}

function toPath(path: JourneyPathDto): JourneyPath {
  return {
    pathId: path.pathId,
    conditions: path.pathDefinition.map(({ accessor, operator, values }) => ({
      accessor,
      operator,
      values: values.map(String),
    })),
  };
}
