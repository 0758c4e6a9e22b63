import { createApiBuilderFromCtpClient } from '@commercetools/platform-sdk';
import { ClientBuilder } from '@commercetools/ts-client';

/** The vendor's SDK at a simulator, for requests of the default project. `scopes` without the project. */
export const connect = (host: string, scopes: readonly string[] = ['manage_project']) =>
  createApiBuilderFromCtpClient(
    new ClientBuilder()
      .withClientCredentialsFlow({
        host,
        projectKey: 'demo-project',
        credentials: { clientId: 'simulator-client', clientSecret: 'simulator-secret' },
        scopes: scopes.map((scope) => `${scope}:demo-project`),
        httpClient: fetch,
      })
      .withHttpMiddleware({ host, httpClient: fetch })
      .build(),
  ).withProjectKey({ projectKey: 'demo-project' });
