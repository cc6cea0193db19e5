import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One entry of the price list. */
@Entity('products')
export class Product {
  @PrimaryColumn('text') sku!: string;
  @Column('text') name!: string;
  /** In minor units of `currency`. */
  @Column('int', { name: 'unit_price' }) unitPrice!: number;
  @Column('text') currency!: string;
}
