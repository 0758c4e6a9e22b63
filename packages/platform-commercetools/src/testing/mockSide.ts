import type { AddressInfo } from 'node:net';
import { CommercetoolsMock } from '@labdigital/commercetools-mock';
import type { StartOtherSide } from './otherSide.ts';

/** The community's mock as it comes, over HTTP: one for all, since it starts slowly, with a project for each. */
export async function startMock(): Promise<AsyncDisposable & { readonly start: StartOtherSide }> {
  const mock = new CommercetoolsMock({
    enableAuthentication: true,
    validateCredentials: true,
    defaultProjectKey: 'shop',
    apiHost: '',
    authHost: '',
    silent: true,
    strict: true,
  });
  await mock.app.listen({ port: 0, host: '127.0.0.1' });
  const url = `http://127.0.0.1:${(mock.app.server.address() as AddressInfo).port}`;
  let projects = 0;
  return {
    async start() {
      projects += 1;
      const projectKey = `shop-${projects}`;
      return {
        url,
        projectKey,
        seed: (order) => mock.project(projectKey).unsafeAdd('order', order),
        [Symbol.asyncDispose]: async () => {},
      };
    },
    async [Symbol.asyncDispose]() {
      mock.app.server.closeAllConnections();
      await mock.app.close();
    },
  };
}
