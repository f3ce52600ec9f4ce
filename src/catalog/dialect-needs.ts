import { Injectable, type OnModuleInit } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { EnvironmentError } from '../config/config.errors.js';
import { findUnmetDialects } from '../config/dialect-requirements.js';
import { Secrets } from '../config/secrets.js';
import { Catalog } from './catalog.js';

/**
 * Refuses services that this process cannot serve in production, because nothing is configured for the dialect they
 * speak: at boot, and as a reload.
 */
@Injectable()
export class DialectNeeds implements OnModuleInit {
  constructor(
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
    private readonly secrets: Secrets,
  ) {}

  /** @throws EnvironmentError naming every variable that is missing. */
  onModuleInit(): void {
    this.catalog.follow(({ definitions }) => {
      const spoken = new Set(definitions.filter(({ enabled }) => enabled).flatMap(({ dialects }) => dialects));
      const problems = findUnmetDialects(this.config, this.secrets, spoken);
      if (problems.length > 0) throw new EnvironmentError(problems);
      return () => undefined;
    });
  }
}
