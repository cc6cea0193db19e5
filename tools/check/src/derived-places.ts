import { boardFiles } from '@waybill/boards';
import { readEvidence } from '@waybill/demo';
import { rabbitmqDefinitions, recipients } from '@waybill/deploy';
import { derivedFromServices } from '@waybill/stack';

/** All that code makes of the list of services, as text, by what it is. */
export async function derivedPlaces(): Promise<Readonly<Record<string, string>>> {
  const definitions = rabbitmqDefinitions({ password: () => '', testAdministrator: false });
  return {
    ...(await derivedFromServices()),
    "RabbitMQ's users": JSON.stringify(definitions.users),
    'the passwords of containers': Object.keys(recipients).join(' '),
    'the boards': boardFiles()
      .map(([, text]) => text)
      .join('\n'),
    "the demo's audit": await databasesAudited(),
  };
}

/** Which databases the audit asks for what is left in the outbox. */
async function databasesAudited(): Promise<string> {
  const asked: string[] = [];
  await readEvidence({
    urls: {},
    edge: '',
    outsideWorld: { url: 'data:,#', token: '' },
    clientLedger: '/dev/null',
    token: async () => '',
    database: (service, read) =>
      read(async (sql) => {
        if (sql.includes('FROM outbox')) asked.push(service);
        return [];
      }),
  });
  return asked.join(' ');
}

/** What leaves a service out: it lists the services by hand, or is made from a file that does. */
export const forgottenIn = (derived: Readonly<Record<string, string>>, services: readonly string[]): string[] =>
  services.flatMap((service) =>
    Object.entries(derived)
      .filter(([, text]) => !new RegExp(`\\b${service}\\b`).test(text))
      .map(([what]) => `${service}: ${what} leaves it out: does it read the list of services?`),
  );
