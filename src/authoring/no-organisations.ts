import { NO_PAGES, OrganisationBook } from '../organisations/organisation-book.js';

/** Nothing is known about organisations where they are the callers' affair. */
export function bookOfNone(): OrganisationBook {
  const book = new OrganisationBook();
  book.replace(NO_PAGES);
  return book;
}
