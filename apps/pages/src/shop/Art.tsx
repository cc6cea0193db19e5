// A line drawing for each thing, in the colour of the text around it: nothing to load, and sharp at any size.
const DRAWINGS: Readonly<Record<string, string>> = {
  'bag-canvas': 'M14 24h36l4 32H10zM22 24c0-18 20-18 20 0M22 32v-8M42 32v-8',
  'book-field-notes': 'M18 10h28v38H18zM14 16v38h28M24 20h16M24 28h16M24 36h10',
  'lamp-desk': 'M14 56h22M25 56V42L16 28l18-14M30 10l16 14-6 8-16-14zM46 28l6 6M38 34l3 8M50 22l8 1',
  'mug-enamel': 'M14 18h30v30c0 4-2 6-6 6H20c-4 0-6-2-6-6zM44 26c12-2 12 18 0 16M14 24h30M24 12c-2-3 2-4 0-7M34 12c-2-3 2-4 0-7',
  'pen-brass': 'M12 52l4-12L44 12l8 8-28 28zM16 40l8 8M40 16l8 8M12 52l6-2',
  'poster-map': 'M8 16l16-6 16 6 16-6v38l-16 6-16-6-16 6zM24 10v38M40 16v38M30 26l5 5M35 26l-5 5M14 38c3-4 5 2 7-2',
  'stamp-set': 'M26 34c4-6-4-12-2-18 2-8 14-8 16 0 2 6-6 12-2 18zM16 34h32v10H16zM12 54h40M20 44h24',
  'tea-assam': 'M18 22h28v34H18zM18 22l6-10h16l6 10M24 34h16v12H24zM28 42c2-6 6-6 8-6 0 6-4 8-8 6z',
};
const PARCEL = 'M10 20l22-10 22 10v26L32 56 10 46zM10 20l22 10 22-10M32 30v26M21 15l22 10';

export function Art({ sku }: { readonly sku: string }) {
  return (
    <svg className="art" viewBox="0 0 64 64" aria-hidden="true">
      <path d={DRAWINGS[sku] ?? PARCEL} />
    </svg>
  );
}
