import type { MigrationInterface, QueryRunner } from 'typeorm';

export class IndexCustomersOrders1796700000000 implements MigrationInterface {
  readonly name = 'IndexCustomersOrders1796700000000';

  async up(runner: QueryRunner): Promise<void> {
    // For the list of a customer's orders. An id begins with the millisecond that it was made in, so no column for the time is needed.
    await runner.query(`CREATE INDEX orders_of_customer ON orders (customer_id, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX orders_of_customer`);
  }
}
