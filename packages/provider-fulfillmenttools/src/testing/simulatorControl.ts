export interface Control {
  /** A call of the vendor's API as somebody else. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the vendor answers
  call(method: string, path: string, body?: unknown): Promise<any>;
  /** A call of the simulator's control API; the path stands below `/_sim`. */
  // biome-ignore lint/suspicious/noExplicitAny: whatever the simulator answers
  callControl(method: string, path: string, body?: unknown): Promise<any>;
}

/** Signs in at a simulator. Every call rejects with an Error unless it is answered 2xx. */
export async function connectControl(
  url: string,
  { apiKey, user, password }: { readonly apiKey: string; readonly user: string; readonly password: string },
): Promise<Control> {
  async function send(method: string, path: string, { body, token }: { body?: unknown; token?: string } = {}) {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} was answered ${response.status}: ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  }

  const signIn = `/v1/accounts:signInWithPassword?key=${apiKey}`;
  let token: string | undefined;
  return {
    async call(method, path, body) {
      token ??= (await send('POST', signIn, { body: { email: user, password, returnSecureToken: true } })).idToken;
      return send(method, path, { body, ...(token === undefined ? {} : { token }) });
    },
    callControl: (method, path, body) => send(method, `/_sim${path}`, { body }),
  };
}
