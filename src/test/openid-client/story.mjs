// What a strict client of another maker makes of our server: discovery, each grant, introspection, revocation, DPoP.
// Told by one line of JSON on its input; says one line of JSON for each thing seen. Where a person is to answer, it
// says {"open": address} and reads from the next line where the person was sent back to.
import { createInterface } from 'node:readline'
import * as client from 'openid-client'

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const read = async () => JSON.parse((await lines.next()).value)
const say = (thing) => console.log(JSON.stringify(thing))
const person = async (address) => { say({ open: String(address) }); return (await read()).back }

const { issuer, door, back, scope, details, secretClient, signingClient, openClient } = await read()
const plainHttp = { execute: [client.allowInsecureRequests] }

// For itself, by its secret.
const known = await client.discovery(new URL(issuer), secretClient.id, secretClient.secret,
  client.ClientSecretBasic(secretClient.secret), plainHttp)
say({ saw: 'discovery', issuer: known.serverMetadata().issuer })
const posted = await client.discovery(new URL(issuer), secretClient.id, secretClient.secret,
  client.ClientSecretPost(secretClient.secret), { ...plainHttp, algorithm: 'oauth2' })
const ours = await client.clientCredentialsGrant(posted, { scope })
say({ saw: 'client-credentials', scope: ours.scope, type: ours.token_type })
say({ saw: 'served', status: (await client.fetchProtectedResource(known, ours.access_token, new URL(door), 'GET')).status })
const rich = await client.clientCredentialsGrant(known, { authorization_details: JSON.stringify(details) })
say({ saw: 'authorization-details', details: rich.authorization_details })
const less = await client.genericGrantRequest(known, 'urn:ietf:params:oauth:grant-type:token-exchange', {
  subject_token: (await client.clientCredentialsGrant(known)).access_token,
  subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  scope,
})
say({ saw: 'token-exchange', scope: less.scope })

// It asks about a token and gives it back.
say({ saw: 'introspection', active: (await client.tokenIntrospection(known, ours.access_token)).active })
await client.tokenRevocation(known, ours.access_token)
say({ saw: 'revoked', active: (await client.tokenIntrospection(known, ours.access_token)).active })

// Bound to a key.
const dpop = client.getDPoPHandle(known, await client.randomDPoPKeyPair('ES256'))
const bound = await client.clientCredentialsGrant(known, { scope }, { DPoP: dpop })
const proved = await client.fetchProtectedResource(known, bound.access_token, new URL(door), 'GET', undefined, undefined,
  { DPoP: dpop })
say({ saw: 'dpop', type: bound.token_type, status: proved.status })
try {
  await client.fetchProtectedResource(known, bound.access_token, new URL(door), 'GET')
  say({ saw: 'stripped', error: 'none' })
} catch (e) {
  say({ saw: 'stripped', error: e.cause?.[0]?.parameters?.error ?? e.code })
}

// By what it signs.
const key = await crypto.subtle.importKey('jwk', signingClient.key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])
const signing = await client.discovery(new URL(issuer), signingClient.id, undefined,
  client.PrivateKeyJwt({ key, kid: signingClient.key.kid }), plainHttp)
say({ saw: 'private-key-jwt', type: (await client.clientCredentialsGrant(signing)).token_type })

// For a person: the whole of the code grant, pushed and plain, with a secret and without.
async function code(config, pushed, scopes, checks) {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const parameters = {
    redirect_uri: back, scope: scopes, state,
    code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    ...(checks.expectedNonce ? { nonce: checks.expectedNonce } : {}),
  }
  const address = pushed ? await client.buildAuthorizationUrlWithPAR(config, parameters)
    : client.buildAuthorizationUrl(config, parameters)
  const sent = await person(address)
  return client.authorizationCodeGrant(config, new URL(sent), { pkceCodeVerifier: verifier, expectedState: state, ...checks })
}
const nonce = client.randomNonce()
const somebody = await code(known, false, `openid ${scope}`, { expectedNonce: nonce, idTokenExpected: true })
say({ saw: 'authorization-code', sub: somebody.claims().sub })
const again = await client.refreshTokenGrant(known, somebody.refresh_token)
say({ saw: 'refresh', fresh: again.refresh_token !== somebody.refresh_token })
say({ saw: 'served', status: (await client.fetchProtectedResource(known, again.access_token, new URL(door), 'GET')).status })
say({ saw: 'pushed', scope: (await code(known, true, scope, {})).scope })
await client.tokenRevocation(known, again.refresh_token)
try {
  await client.refreshTokenGrant(known, again.refresh_token)
  say({ saw: 'refresh-revoked', error: 'none' })
} catch (e) {
  say({ saw: 'refresh-revoked', error: e.error })
}
const open = await client.discovery(new URL(issuer), openClient.id, undefined, client.None(), plainHttp)
const openTokens = await code(open, false, scope, {})
const openAgain = await client.refreshTokenGrant(open, openTokens.refresh_token)
say({ saw: 'open-client', type: openAgain.token_type })

// On another screen.
const shown = await client.initiateDeviceAuthorization(known, { scope })
const polled = client.pollDeviceAuthorizationGrant(known, shown)
await person(shown.verification_uri_complete)
say({ saw: 'device', type: (await polled).token_type })
process.exit(0)
