/** Parts of the landing package that its index does not show. */
export { toSignedText, type SnsMessage } from '../../packages/landing/src/sns/snsMessage.ts';
export { createTestCertificate } from '../../packages/landing/src/testing/certificate.ts';
export { startVendorServer, type VendorServer } from '../../packages/landing/src/testing/vendorServer.ts';
