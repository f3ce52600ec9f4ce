import { Global, Module } from '@nestjs/common';
import { AnyCasePaths } from './any-case-paths.js';
import { ErrorDialects } from './error-dialects.js';

/** Lets every stage say how errors under its paths are worded, and which of its paths have no case. */
@Global()
@Module({ providers: [AnyCasePaths, ErrorDialects], exports: [AnyCasePaths, ErrorDialects] })
export class HttpModule {}
