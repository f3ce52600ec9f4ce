import 'reflect-metadata';
import { runCommand } from './command.js';
import { NEW_SERVICE } from './new-service/new-service-command.js';

await runCommand(NEW_SERVICE);
