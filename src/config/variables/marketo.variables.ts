import { optional } from '../env-variable.js';
import { tokenList } from '../variable-type.js';

/** Whom we serve of Adobe Marketo Engage. */
export const MARKETO_VARIABLES = Object.freeze({
  MARKETO_MUNCHKIN_IDS: optional({
    group: 'Marketo',
    type: tokenList('munchkin ids separated by commas'),
    otherwise: 'any subscription in development',
    requiredIn: 'services that speak Marketo, in production',
    meaning: 'Marketo subscriptions we serve, e.g. `123-ABC-456`; the others get 403',
  }),
});
