import { Injectable } from '@nestjs/common';
import { StoredDestinationMoves } from '../delivery/stored-destination-moves.js';

/**
 * Moves or cancels what waits at destinations that their registrations have left: attempts that were under way then,
 * and backlogs of a version that did not move them. Everything else follows in the transaction of the change.
 */
@Injectable()
export class LeftDestinationsSweeper {
  constructor(private readonly moves: StoredDestinationMoves) {}

  /** @returns whether there may be more to move at once. */
  sweep(): Promise<boolean> {
    return this.moves.followLeft();
  }
}
