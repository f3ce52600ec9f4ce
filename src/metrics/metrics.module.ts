import { Module } from '@nestjs/common';
import { BacklogRepository } from './backlog.repository.js';
import { MetricsController } from './metrics.controller.js';
import { Scrape } from './scrape.js';

/** Shows what every stage counts, in every role. */
@Module({ controllers: [MetricsController], providers: [BacklogRepository, Scrape] })
export class MetricsModule {}
