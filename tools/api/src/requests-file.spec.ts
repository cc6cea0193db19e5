import { describe, expect, it } from '@jest/globals';
import { requestsFileProblems } from './requests-file.ts';

const file = `
@origin = http://127.0.0.1:8080
### Its payment
GET {{origin}}/api/payments?orderId={{order}}

### Cancel
POST {{origin}}/api/orders/{{order}}/cancel
`;

describe('the file of requests', () => {
  it('asks for everything that is described, whatever stands for a variable', () => {
    expect(requestsFileProblems(file, ['GET /api/payments', 'POST /api/orders/{id}/cancel'])).toEqual([]);
  });

  it('is refused when it lacks something, and when it asks for something that is not there', () => {
    expect(requestsFileProblems(file, ['GET /api/payments', 'GET /api/orders/{id}/cancel'])).toEqual([
      'docs/requests.http lacks GET /api/orders/{id}/cancel',
      'docs/requests.http asks for POST /api/orders/{}/cancel, which no service describes',
    ]);
  });
});
