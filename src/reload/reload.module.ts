import { Module } from '@nestjs/common';
import { DefinitionChecks } from './definition-checks.js';
import { FolderWatch } from './folder-watch.js';
import { ServedVersionsRepository } from './served-versions.repository.js';
import { ServicesReload } from './services-reload.js';
import { VersionReports } from './version-reports.js';

/** Services change while processes serve, and each process says which version it serves. */
@Module({
  providers: [DefinitionChecks, ServicesReload, FolderWatch, ServedVersionsRepository, VersionReports],
  exports: [ServicesReload, VersionReports],
})
export class ReloadModule {}
