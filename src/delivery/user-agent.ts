import { VERSION } from '../config/version.js';

/** Of every request that the service sends. */
export const USER_AGENT = `Ricochet/${VERSION}`;
