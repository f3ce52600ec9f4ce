import { Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import {
  ApiBearerAuth,
  ApiBody,
  ApiConsumes,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { JsonBody, ValidQuery } from '../http/dto-parameters.js';
import { AnswersWithEtag, Edit, IfMatch } from '../http/edit.decorator.js';
import { type Precondition, withEtag } from '../http/etag.js';
import { Refusals } from '../http/refusals.decorator.js';
import { readStream, STREAMS_CSV, type StreamLimits } from '../http/streamed-body.js';
import { Drain } from '../queue/drain.js';
import type { Actor } from '../security/admin-actor.js';
import { AdminActor } from '../security/admin-actor.decorator.js';
import { AdminGuard } from '../security/admin.guard.js';
import { LookupTables } from './lookup-tables.js';
import {
  ColumnList,
  DeletedRowView,
  DELIMITER_NAMES,
  ListRowsQuery,
  RowKey,
  RowList,
  TableList,
  TableView,
  UploadQuery,
  UploadReceipt,
  VersionList,
} from './lookup-tables.dto.js';
import { TABLE_LIMITS } from './table-limits.js';
import { TableNamePipe, VersionPipe } from './table-name.pipe.js';
import { tagOfTable } from './table-version.js';
import { type UploadOrder, TableUploads } from './table-uploads.js';
import { toColumnList, toReceipt, toRowList, toTableView, toVersionView } from './table-views.js';

const NAME = { name: 'name', example: 'territories' };
const STREAM_LIMITS: StreamLimits = Object.freeze({
  maxBytes: TABLE_LIMITS.fileBytes,
  silenceMs: 30_000,
  totalMs: 60 * 60_000,
});

/** Lets administrators bring tables for the provider `lookup`. */
@ApiTags('lookup tables')
@ApiBearerAuth('admin')
@UseGuards(AdminGuard)
@Controller('admin/lookup-tables')
export class LookupTablesController {
  constructor(
    private readonly tables: LookupTables,
    private readonly uploads: TableUploads,
    private readonly drain: Drain,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Lists the lookup tables' })
  @ApiOkResponse({ type: TableList })
  async list(): Promise<TableList> {
    return { items: (await this.tables.list()).map(toTableView) };
  }

  @Put(':name')
  @RouteConfig(STREAMS_CSV)
  @ApiOperation({
    summary: 'Makes a new version of a lookup table out of a CSV file; look-ups see it whole or not at all',
  })
  @ApiParam(NAME)
  @ApiQuery({ type: UploadQuery })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string', example: 'country,territory\nDE,DACH\nFR,France\n' } })
  @ApiOkResponse({ type: UploadReceipt })
  @Refusals({
    408: 'The file took too long to arrive',
    409: 'Another upload of the table is under way, or this one was given up',
    413: 'The file has more than 500,000,000 bytes or 5,000,000 rows',
  })
  @Edit()
  async upload(
    @Param('name', TableNamePipe) name: string,
    @ValidQuery(UploadQuery) query: UploadQuery,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<UploadReceipt> {
    const startedAt = new Date();
    const body = readStream(request, reply, { ...STREAM_LIMITS, stop: this.drain.signal });
    const stored = await this.uploads.store(name, { ...toOrder(query), seen }, body, actor);
    return toReceipt(name, actor.fingerprint, startedAt, stored);
  }

  @Get(':name')
  @ApiOperation({ summary: 'Shows the current version of a lookup table' })
  @ApiParam(NAME)
  @ApiOkResponse({ type: TableView })
  @AnswersWithEtag()
  async get(
    @Param('name', TableNamePipe) name: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TableView> {
    const version = await this.tables.get(name);
    return withEtag(reply, { view: toTableView(version), etag: tagOfTable(version) });
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Deletes a lookup table with all its versions' })
  @ApiParam(NAME)
  @ApiNoContentResponse()
  @Edit()
  remove(
    @Param('name', TableNamePipe) name: string,
    @IfMatch() seen: Precondition,
    @AdminActor() actor: Actor,
  ): Promise<void> {
    return this.tables.remove(name, seen, actor);
  }

  @Get(':name/columns')
  @ApiOperation({ summary: 'Lists the columns of a lookup table' })
  @ApiParam(NAME)
  @ApiOkResponse({ type: ColumnList })
  async columns(@Param('name', TableNamePipe) name: string): Promise<ColumnList> {
    return toColumnList(await this.tables.get(name));
  }

  @Get(':name/versions')
  @ApiOperation({ summary: 'Lists the versions that are kept, the newest first' })
  @ApiParam(NAME)
  @ApiOkResponse({ type: VersionList })
  async versions(@Param('name', TableNamePipe) name: string): Promise<VersionList> {
    return { items: (await this.tables.listVersions(name)).map(toVersionView) };
  }

  @Post(':name/versions/:version/restore')
  @HttpCode(200)
  @ApiOperation({ summary: 'Makes a version the current one again' })
  @ApiParam(NAME)
  @ApiParam({ name: 'version', type: Number, example: 2 })
  @ApiOkResponse({ type: TableView })
  async restore(
    @Param('name', TableNamePipe) name: string,
    @Param('version', VersionPipe) version: number,
    @AdminActor() actor: Actor,
  ): Promise<TableView> {
    return toTableView(await this.tables.restore(name, version, actor));
  }

  @Get(':name/rows')
  @ApiOperation({ summary: 'Shows rows of a lookup table' })
  @ApiParam(NAME)
  @ApiQuery({ type: ListRowsQuery })
  @ApiOkResponse({ type: RowList })
  async rows(
    @Param('name', TableNamePipe) name: string,
    @ValidQuery(ListRowsQuery) query: ListRowsQuery,
    @AdminActor() actor: Actor,
  ): Promise<RowList> {
    return toRowList(await this.tables.listRows(name, query, actor));
  }

  @Post(':name/rows/delete')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deletes the row of a key from every version. The key is in the body: URLs are logged' })
  @ApiParam(NAME)
  @ApiBody({ type: RowKey })
  @ApiOkResponse({ type: DeletedRowView })
  @Refusals({ 409: 'An upload is under way' })
  async removeRow(
    @Param('name', TableNamePipe) name: string,
    @JsonBody(RowKey) body: RowKey,
    @AdminActor() actor: Actor,
  ): Promise<DeletedRowView> {
    const { versions, notSearched } = await this.tables.removeRow(name, body.key, actor);
    return { versions: [...versions], notSearched: [...notSearched] };
  }
}

function toOrder({
  key,
  fold,
  delimiter,
  header,
  quote,
  onDuplicate,
  maxBadRows,
}: UploadQuery): Omit<UploadOrder, 'seen'> {
  return {
    key,
    folds: fold,
    delimiter: delimiter === undefined ? undefined : (DELIMITER_NAMES[delimiter] ?? delimiter),
    header,
    quote: quote === 'none' ? null : '"',
    onDuplicate,
    maxBadRows,
  };
}
