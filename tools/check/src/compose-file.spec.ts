import { expect, it } from '@jest/globals';
import { withOverrides } from './compose-file.ts';

it('puts a second file over the first as compose does: by variable, and by the place where a volume is mounted', () => {
  const first = `
services:
  broker:
    image: broker
    environment: { WIRE: tls, PORT: 1 }
    volumes:
      - data:/var/lib/broker
      - { type: volume, source: configuration, target: /etc/broker/wire.conf, volume: { subpath: tls.conf } }`;
  const second = `
services:
  broker:
    environment: { WIRE: clear }
    volumes:
      - { type: volume, source: configuration, target: /etc/broker/wire.conf, volume: { subpath: clear.conf } }`;
  expect(withOverrides(first, second, {}).services['broker']).toEqual({
    image: 'broker',
    environment: { WIRE: 'clear', PORT: 1 },
    volumes: [
      'data:/var/lib/broker',
      { type: 'volume', source: 'configuration', target: '/etc/broker/wire.conf', volume: { subpath: 'clear.conf' } },
    ],
  });
});
