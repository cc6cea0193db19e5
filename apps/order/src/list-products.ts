import { Controller, Get } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Product } from './product.entity.js';

@Controller('api/products')
export class ListProducts {
  constructor(private readonly database: DataSource) {}

  /** The price list, by sku. Prices are in minor units. */
  @Get()
  list(): Promise<Product[]> {
    return this.database.getRepository(Product).find({ order: { sku: 'ASC' } });
  }
}
