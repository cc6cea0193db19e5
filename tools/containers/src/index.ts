export { containersOf, memoryOfContainers, type Container } from './containers.ts';
export { docker, tryDocker } from './docker.ts';
export { baseImages, ImageMissing, imageSizes } from './images.ts';
export { missing } from './missing.ts';
export { compose, projectOf, type Project } from './project.ts';
export { build, down, up } from './start.ts';
