import { Module, type OnModuleInit } from '@nestjs/common';
import { ActionRequestReaders } from '../actions/action-registries.js';
import { CatalogModule } from '../catalog/catalog.module.js';
import { SecurityModule } from '../security/security.module.js';
import { AdobeRequestReader } from './adobe-request.reader.js';
import { IntakeController } from './intake.controller.js';
import { IntakeService } from './intake.service.js';
import { NewActionFactory } from './new-action.js';
import { ServedServices } from './served-services.js';

/** Where execution requests come in. Needs AppConfig, ActionIntake and BacklogGauge from the application. */
@Module({
  imports: [CatalogModule, SecurityModule],
  controllers: [IntakeController],
  providers: [IntakeService, NewActionFactory, ServedServices],
})
export class IntakeModule implements OnModuleInit {
  constructor(private readonly readers: ActionRequestReaders) {}

  onModuleInit(): void {
    this.readers.register(new AdobeRequestReader());
  }
}
