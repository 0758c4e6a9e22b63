export { type Codec, type CodecOptions, createCodec } from './codec.ts';
export { type AskRegistry, createRegistryCalls, type RegistryAccess, type RegistryTls } from './registryAccess.ts';
