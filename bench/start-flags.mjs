// The flags of Node that `npm start` gives the service, so that what is measured is what runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));

export const START_FLAGS = scripts.start.split(' ').filter((word) => word.startsWith('--'));
