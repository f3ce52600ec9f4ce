import { Injectable } from '@nestjs/common';
import { ActionRequestReaders } from '../actions/action-registries.js';
import type { Tx } from '../database/database.js';
import { isBatchAbout } from './person-objects.js';
import {
  type CandidateTexts,
  type IdRange,
  type Subject,
  type SubjectCandidate,
  SubjectSearchRepository,
} from './subject-search.repository.js';

/** A request with two thousand people has megabytes. */
const TEXTS_PER_READ = 10;

/** Finds actions about a person or an account: by their own id, or with people or objects among whom the id is. */
@Injectable()
export class SubjectSearch {
  constructor(
    private readonly repository: SubjectSearchRepository,
    private readonly readers: ActionRequestReaders,
  ) {}

  /** In id order. */
  async find(tx: Tx, subject: Subject, range: IdRange): Promise<SubjectCandidate[]> {
    const candidates = await this.repository.findCandidates(tx, subject, range);
    const about = new Set(candidates.filter(({ own }) => own).map(({ id }) => id));
    const unread = candidates.filter(({ own }) => !own);
    for (let from = 0; from < unread.length; from += TEXTS_PER_READ) {
      const some = unread.slice(from, from + TEXTS_PER_READ);
      const dialects = new Map(some.map(({ id, dialect }) => [id, dialect]));
      const texts = await this.repository.findTexts(tx, [...dialects.keys()]);
      for (const text of texts) {
        if (this.names(text, dialects.get(text.id) ?? '', subject.entityId)) about.add(text.id);
      }
    }
    return candidates.filter(({ id }) => about.has(id));
  }

  private names({ request, objects }: CandidateTexts, dialect: string, entityId: string): boolean {
    if (request === null) return isBatchAbout(null, objects, entityId);
    const { entity } = this.readers.get(dialect).read(request);
    if (entity.kind === 'batch') return isBatchAbout(entity, objects, entityId);
    if (entity.kind !== 'accountPerson') return false;
    return entity.people.some(({ personId, accountId }) => personId === entityId || accountId === entityId);
  }
}
