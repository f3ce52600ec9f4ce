import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The `X-API-Version` a company sent with its registration: it decides the form of phone numbers in events. Null, as for
 * every registration that is there already: none was sent, and numbers go out as they were published.
 */
export class KeepApiVersion1764200000350 implements MigrationInterface {
  readonly name = 'KeepApiVersion1764200000350';

  async up(runner: QueryRunner): Promise<void> {
    // NOT VALID, then validated: the check reads the rows without keeping writers out.
    await runner.query(`ALTER TABLE company_callbacks ADD COLUMN api_version smallint`);
    await runner.query(
      `ALTER TABLE company_callbacks ADD CONSTRAINT company_callbacks_api_version_check CHECK (api_version IN (1, 2)) NOT VALID`,
    );
    await runner.query(`ALTER TABLE company_callbacks VALIDATE CONSTRAINT company_callbacks_api_version_check`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE company_callbacks DROP COLUMN api_version`);
  }
}
