import { Module } from '@nestjs/common';
import { RevealController } from './reveal.controller.js';
import { RevealRepository } from './reveal.repository.js';
import { Reveals } from './reveals.js';

/** The content of one action, for a reason. Not of a worker. */
@Module({ controllers: [RevealController], providers: [RevealRepository, Reveals] })
export class RevealModule {}
