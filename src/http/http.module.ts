import { Global, Module } from '@nestjs/common';
import { AnyCasePaths } from './any-case-paths.js';
import { ErrorDialects } from './error-dialects.js';
import { ServicePaths } from './service-paths.js';

/**
 * Lets every stage say how errors under its paths are worded, which of its paths have no case, and which
 * services are called at another address than that of their routes.
 */
@Global()
@Module({
  providers: [AnyCasePaths, ErrorDialects, ServicePaths],
  exports: [AnyCasePaths, ErrorDialects, ServicePaths],
})
export class HttpModule {}
