package org.octroi.identity;

import java.io.Serializable;
import java.time.Instant;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;

/**
 * A passkey that somebody at the pages is about to make, in their session.
 *
 * @param options what their browser is asked for
 * @param at when they showed that it is them
 */
record PasskeyBegun(PublicKeyCredentialCreationOptions options, Instant at)
    implements Serializable {

  private static final long serialVersionUID = 1L;
}
