import { expect, it } from '@jest/globals';
import { isUnhealthy, takenPort } from './start.ts';

it.each([
  ['failed to bind host port for 127.0.0.1:8080:172.17.0.3:8080/tcp: address already in use', '8080'],
  ['Bind for 127.0.0.1:8081 failed: port is already allocated', '8081'],
  ['failed to bind host port 127.0.0.1:8090/tcp: address already in use', '8090'],
  ['network 127.0.0.1:1 not found', undefined],
])('of %j the port is %s', (message, port) => {
  expect(takenPort(message)).toBe(port);
});

it.each([
  ['Container a-order-2  Error\ndependency failed to start: container a-order-2 is unhealthy', true],
  ['container a-order-1 is unhealthy', true],
  ['dependency failed to start: container a-kafka-1 exited (1)', false],
  ['service "deploy" didn\'t complete successfully: exit 1', false],
])('of %j it is %s that to wait may help', (message, mayHelp) => {
  expect(isUnhealthy(new Error(message))).toBe(mayHelp);
});
