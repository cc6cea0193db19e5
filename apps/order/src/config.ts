import { serviceSettings, type ConfigOf } from '@waybill/service';

export const orderSettings = serviceSettings('order');

export type OrderConfig = ConfigOf<typeof orderSettings>;
