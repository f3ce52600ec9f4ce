import { Global, Module } from '@nestjs/common';
import { ErrorDialects } from './error-dialects.js';

/** Lets every stage say how errors under its paths are worded. */
@Global()
@Module({ providers: [ErrorDialects], exports: [ErrorDialects] })
export class HttpModule {}
