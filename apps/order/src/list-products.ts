import { Controller, Get } from '@nestjs/common';
import { currency, minorUnits } from '@waybill/contracts';
import { Described } from '@waybill/service';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Product } from './product.entity.js';

const productView = z.object({ sku: z.string(), name: z.string(), unitPrice: minorUnits, currency }).meta({ id: 'Product' });

@Controller('api/products')
export class ListProducts {
  constructor(private readonly database: DataSource) {}

  @Get()
  @Described({ summary: 'Read the price list, by sku; prices are in minor units', answer: z.array(productView) })
  list(): Promise<Product[]> {
    return this.database.getRepository(Product).find({ order: { sku: 'ASC' } });
  }
}
