import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import markdownIt from 'markdown-it';
import { AppConfig } from '../../config/config.js';
import { RequestError } from '../../http/request-error.js';
import type { MarketoService } from '../documents/service-definition.js';

const MAX_BYTES = 256 * 1024;

/** HTML of the file's own is shown as text, and links lead to the web or to a mailbox only: nothing of it can run. */
const markdown = markdownIt({ html: false, linkify: false, typographer: false });

/** How-to pages of services, from Markdown beside their definitions. */
@Injectable()
export class ProviderInstructions {
  constructor(private readonly config: AppConfig) {}

  /** @returns a page of HTML. @throws RequestError 404 where the service has none. */
  async page(definition: MarketoService): Promise<string> {
    const text = await this.load(definition);
    if (text === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'The service has no instructions.');
    const title = markdown.utils.escapeHtml(definition.name);
    return `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>\n${markdown.render(text)}</body></html>\n`;
  }

  /** Whether the file that the definition names can be shown. */
  async isReadable(definition: MarketoService): Promise<boolean> {
    return definition.marketo.instructions === null || (await this.load(definition)) !== null;
  }

  private async load({ marketo }: MarketoService): Promise<string | null> {
    if (marketo.instructions === null) return null;
    const path = join(this.config.catalog.servicesDir, marketo.instructions);
    try {
      return (await stat(path)).size > MAX_BYTES ? null : await readFile(path, 'utf8');
    } catch {
      return null;
    }
  }
}
