/** Parts of the landing package that its index does not show. */
export { certificateFile } from '../../packages/landing/src/sns/signature.ts';
export { toSignedText, toSnsMessage, type SnsMessage } from '../../packages/landing/src/sns/snsMessage.ts';
export { createTestCertificate } from '../../packages/landing/src/testing/certificate.ts';
export { validationCode } from '../../packages/landing/src/transports/eventGrid.ts';
export { startVendorServer, type VendorServer } from '../../packages/landing/src/testing/vendorServer.ts';
