import { describe, expect, it } from '@jest/globals';
import { adapted, type Here } from './adapted.ts';

const HERE: Here = {
  instance: 'i',
  node: 'node',
  addresses: { 'http://127.0.0.1:8080': 'http://127.0.0.1:41000' },
  folder: '/tmp/stack-i',
  order: '01a00000-0000-7000-8000-000000000000',
  trace: 'f'.repeat(32),
  letters: ['order/7'],
};

describe('a command of a document', () => {
  it.each([
    ['npm run stack -- status', /^node \S+tools\/stack\/src\/main\.ts --instance i status$/],
    ['T=$(npm run -s token -- customer)', /^T=\$\(node \S+tools\/sign-in\/src\/main\.ts --instance i customer\)$/],
    ['curl http://127.0.0.1:8080/api/products', /^curl http:\/\/127\.0\.0\.1:41000\/api\/products$/],
    ['grep x .stack/logs/*.log', /^grep x \/tmp\/stack-i\/logs\/\*\.log$/],
    ['echo 01a20ce1-aa44-74b9-9233-f80d18943ae1', /^echo 01a00000-0000-7000-8000-000000000000$/],
    ['npm run stack -- dead-letters show payment/1', / show order\/7$/],
    ['npm run check', /^npm run check$/],
  ])('%s asks the instance that is up', (command, expected) => {
    expect(adapted(command, { ...HERE, letters: [...HERE.letters] })).toMatch(expected);
  });
});
