import { Global, Module } from '@nestjs/common';
import { AdobeCredentials } from './adobe-credentials.js';
import { OrganisationBook } from './organisation-book.js';
import { OrganisationWatch } from './organisation-watch.js';
import { OrganisationsRepository } from './organisations.repository.js';

const PROVIDERS = [OrganisationsRepository, OrganisationBook, OrganisationWatch, AdobeCredentials];

/** Organisations of Adobe as this process knows them. Global: intake asks for one end of Adobe, callbacks for the other. */
@Global()
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class OrganisationsModule {}
