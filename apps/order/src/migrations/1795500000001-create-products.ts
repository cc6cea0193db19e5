import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProducts1795500000001 implements MigrationInterface {
  readonly name = 'CreateProducts1795500000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE products (
        sku text PRIMARY KEY,
        name text NOT NULL,
        unit_price int NOT NULL CHECK (unit_price > 0),
        currency text NOT NULL
      )`);
    await runner.query(`
      INSERT INTO products (sku, name, unit_price, currency) VALUES
        ('bag-canvas', 'Canvas bag', 1899, 'EUR'),
        ('book-field-notes', 'Field notes, set of three', 1299, 'EUR'),
        ('lamp-desk', 'Desk lamp', 5450, 'EUR'),
        ('mug-enamel', 'Enamel mug', 1250, 'EUR'),
        ('pen-brass', 'Brass pen', 3400, 'EUR'),
        ('tea-assam', 'Assam tea, 250 g', 899, 'EUR'),
        ('poster-map', 'Map of the world', 2200, 'USD'),
        ('stamp-set', 'Stamp set', 1575, 'USD')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE products`);
  }
}
