import { Injectable } from '@nestjs/common';
import { LeftVersions } from '../lookup-tables/left-versions.js';

/** Takes away the rows of lookup tables that no look-up can see any more: what an upload left, and what was replaced. */
@Injectable()
export class LeftVersionsSweeper {
  constructor(private readonly versions: LeftVersions) {}

  /** @returns whether there is more to take away at once. */
  sweep(): Promise<boolean> {
    return this.versions.sweep();
  }
}
