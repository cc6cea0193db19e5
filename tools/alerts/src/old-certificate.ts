import { keepPair, Secrets } from '@waybill/deploy';
import { instanceOf } from '@waybill/stack';
import { alert, stackCommand, type Drill } from './drill.ts';

/** As if nobody had started the system for 85 days: order shows a certificate that is believed for five days more. */
export const oldCertificate: Drill = {
  what: 'a certificate that expires in five days',
  alerts: [alert('CertificateExpires', { service: 'order' })],
  begin: ({ instance }) => keepPair(new Secrets(instanceOf(instance).paths.secrets), 'order', 5),
  end: async ({ instance }) => void (await stackCommand(instance, 'certificates', 'rotate')),
};
