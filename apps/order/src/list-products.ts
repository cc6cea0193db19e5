import { Controller, Get } from '@nestjs/common';
import { currency, minorUnits } from '@waybill/contracts';
import { Described } from '@waybill/service';
import { DataSource } from 'typeorm';
import { z } from 'zod';

const productView = z.object({ sku: z.string(), name: z.string(), unitPrice: minorUnits, currency }).meta({ id: 'Product' });

const READ = `SELECT sku, name, unit_price AS "unitPrice", currency FROM products ORDER BY sku`;

@Controller('api/products')
export class ListProducts {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({ summary: 'Read the price list, by sku; prices are in minor units', for: 'anyone', answer: z.array(productView) })
  list(): Promise<z.output<typeof productView>[]> {
    return this.database.query(READ);
  }
}
