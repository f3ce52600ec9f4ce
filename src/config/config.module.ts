import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AppConfig } from './config.js';
import { Secrets } from './secrets.js';

/**
 * Provides {@link AppConfig} and {@link Secrets} everywhere, by value. The same configuration (no secrets) is in
 * Nest's ConfigService too, so that providers of other authors can inject what they know.
 */
@Module({})
export class RicochetConfigModule {
  static register(loaded: { readonly config: AppConfig; readonly secrets: Secrets }): DynamicModule {
    return {
      module: RicochetConfigModule,
      global: true,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          skipProcessEnv: true,
          load: [() => ({ ...loaded.config })],
        }),
      ],
      providers: [
        { provide: AppConfig, useValue: loaded.config },
        { provide: Secrets, useValue: loaded.secrets },
      ],
      exports: [AppConfig, Secrets],
    };
  }
}
