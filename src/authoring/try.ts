import 'reflect-metadata';
import { runCommand } from './command.js';
import { TRY } from './trial/try-command.js';

await runCommand(TRY);
