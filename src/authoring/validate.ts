import 'reflect-metadata';
import { runCommand } from './command.js';
import { VALIDATE } from './validate/validate-command.js';

await runCommand(VALIDATE);
