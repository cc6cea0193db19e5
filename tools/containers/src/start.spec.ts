import { expect, it } from '@jest/globals';
import { takenPort } from './start.ts';

it.each([
  ['failed to bind host port for 127.0.0.1:8080:172.17.0.3:8080/tcp: address already in use', '8080'],
  ['Bind for 127.0.0.1:8081 failed: port is already allocated', '8081'],
  ['failed to bind host port 127.0.0.1:8090/tcp: address already in use', '8090'],
  ['network 127.0.0.1:1 not found', undefined],
])('of %j the port is %s', (message, port) => {
  expect(takenPort(message)).toBe(port);
});
