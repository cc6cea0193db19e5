import { describe, expect, it } from '@jest/globals';
import { shorterTags } from './images.ts';

describe('what may stand in for an image of an exact version', () => {
  it('is the same variant under a shorter version, the longest first', () => {
    expect(shorterTags('rabbitmq:4.3.6-management')).toEqual(['rabbitmq:4.3-management', 'rabbitmq:4-management']);
    expect(shorterTags('postgres:17.12')).toEqual(['postgres:17']);
  });

  it('is nothing for a tag without a version', () => {
    expect(shorterTags('nginx:stable')).toEqual([]);
  });
});
