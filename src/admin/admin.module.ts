import { Module } from '@nestjs/common';

/** Operators' verbs and read models. */
@Module({})
export class AdminModule {}
