import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { startAtZero } from '../counters/zero-series.js';
import { LeftVersions } from './left-versions.js';
import { LookupRowsRepository } from './lookup-rows.repository.js';
import { LookupTables } from './lookup-tables.js';
import { LookupTablesController } from './lookup-tables.controller.js';
import { lookupKeysTotal, lookupUploadsTotal } from './lookup-tables.metrics.js';
import { LookupVersionsRepository } from './lookup-versions.repository.js';
import { ServiceNotices } from '../catalog/service-notices.js';
import { TableChoices } from './table-choices.js';
import { TableLookup } from './table-lookup.js';
import { missingTables } from './table-notices.js';
import { TableUploads } from './table-uploads.js';

/** Tables that administrators upload and pipelines look up. A worker looks up, and serves no routes. */
@Module({})
export class LookupTablesModule implements OnModuleInit {
  static register(role: Role): DynamicModule {
    return {
      module: LookupTablesModule,
      global: true,
      controllers: role === 'worker' ? [] : [LookupTablesController],
      providers: [
        LookupVersionsRepository,
        LookupRowsRepository,
        TableLookup,
        TableChoices,
        LeftVersions,
        ...(role === 'worker' ? [] : [LookupTables, TableUploads]),
      ],
      exports: [TableLookup, TableChoices, LeftVersions],
    };
  }

  constructor(
    private readonly notices: ServiceNotices,
    private readonly choices: TableChoices,
  ) {}

  onModuleInit(): void {
    this.notices.register((definition) => missingTables(definition, this.choices));
    startAtZero(lookupUploadsTotal, { outcome: ['stored', 'refused', 'failed'] });
    startAtZero(lookupKeysTotal, { result: ['found', 'missing'] });
  }
}
