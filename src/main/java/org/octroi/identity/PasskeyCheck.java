package org.octroi.identity;

import com.webauthn4j.util.exception.WebAuthnException;
import com.webauthn4j.verifier.exception.BadChallengeException;
import com.webauthn4j.verifier.exception.BadOriginException;
import com.webauthn4j.verifier.exception.BadRpIdException;
import com.webauthn4j.verifier.exception.CrossOriginException;
import com.webauthn4j.verifier.exception.MaliciousCounterValueException;
import com.webauthn4j.verifier.exception.UserNotPresentException;
import com.webauthn4j.verifier.exception.UserNotVerifiedException;
import java.util.Optional;
import java.util.Set;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.springframework.security.web.webauthn.api.AuthenticatorAssertionResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorAttestationResponse;
import org.springframework.security.web.webauthn.api.AuthenticatorSelectionCriteria;
import org.springframework.security.web.webauthn.api.Bytes;
import org.springframework.security.web.webauthn.api.PublicKeyCredential;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialCreationOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRequestOptions;
import org.springframework.security.web.webauthn.api.PublicKeyCredentialRpEntity;
import org.springframework.security.web.webauthn.api.ResidentKeyRequirement;
import org.springframework.security.web.webauthn.api.UserVerificationRequirement;
import org.springframework.security.web.webauthn.management.ImmutablePublicKeyCredentialCreationOptionsRequest;
import org.springframework.security.web.webauthn.management.ImmutablePublicKeyCredentialRequestOptionsRequest;
import org.springframework.security.web.webauthn.management.ImmutableRelyingPartyRegistrationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyAuthenticationRequest;
import org.springframework.security.web.webauthn.management.RelyingPartyPublicKey;
import org.springframework.security.web.webauthn.management.Webauthn4JRelyingPartyOperations;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;

/**
 * Spring Security's WebAuthn for this desk: passkeys that an authenticator finds by itself
 * (discoverable), and that it uses only for whom it has checked by a PIN, a finger or a face, so
 * that one is two factors. What it objects to is told as a {@link PasskeyObjection}. Safe for use
 * by many threads.
 */
@Component
class PasskeyCheck {

  private final Optional<PasskeySite> site;
  private final Optional<Webauthn4JRelyingPartyOperations> operations;

  PasskeyCheck(PublicAddresses addresses, PasskeyOwners owners, KeptPasskeys kept) {
    site = PasskeySite.of(addresses);
    operations = site.map(desk -> operations(desk, owners, kept));
  }

  private static Webauthn4JRelyingPartyOperations operations(
      PasskeySite site, PasskeyOwners owners, KeptPasskeys kept) {
    Webauthn4JRelyingPartyOperations operations =
        new Webauthn4JRelyingPartyOperations(
            owners,
            kept,
            PublicKeyCredentialRpEntity.builder().id(site.rpId()).name("Octroi").build(),
            Set.of(site.origin()));
    operations.setCustomizeCreationOptions(
        options ->
            options.authenticatorSelection(
                AuthenticatorSelectionCriteria.builder()
                    .residentKey(ResidentKeyRequirement.REQUIRED)
                    .userVerification(UserVerificationRequirement.REQUIRED)
                    .build()));
    operations.setCustomizeRequestOptions(
        options -> options.userVerification(UserVerificationRequirement.REQUIRED));
    return operations;
  }

  /** Whether browsers make passkeys for this desk. */
  boolean isPossible() {
    return operations.isPresent();
  }

  /** What a browser is asked for to make one for somebody, who has a handle. */
  PublicKeyCredentialCreationOptions toMake(SignedInPerson somebody) {
    return operations
        .orElseThrow()
        .createPublicKeyCredentialCreationOptions(
            new ImmutablePublicKeyCredentialCreationOptionsRequest(
                new PageAuthentication(somebody)));
  }

  /** Keeps a passkey that was made as it was asked for. */
  void keep(
      PublicKeyCredentialCreationOptions asked,
      PublicKeyCredential<AuthenticatorAttestationResponse> made,
      String name,
      ProblemType otherwise) {
    objecting(
        otherwise,
        () ->
            operations
                .orElseThrow()
                .registerCredential(
                    new ImmutableRelyingPartyRegistrationRequest(
                        asked, new RelyingPartyPublicKey(made, name))));
  }

  /** What a browser is asked for to find out whose passkey it has. */
  PublicKeyCredentialRequestOptions toSign() {
    return operations
        .orElseThrow()
        .createCredentialRequestOptions(
            new ImmutablePublicKeyCredentialRequestOptionsRequest(null));
  }

  /** Goes on when the signature is that of the passkey, and notes that it was used. */
  void check(
      Bytes challenge,
      PublicKeyCredential<AuthenticatorAssertionResponse> signed,
      ProblemType otherwise) {
    PublicKeyCredentialRequestOptions asked =
        PublicKeyCredentialRequestOptions.builder()
            .challenge(challenge)
            .rpId(site.orElseThrow().rpId())
            .userVerification(UserVerificationRequirement.REQUIRED)
            .build();
    objecting(
        otherwise,
        () ->
            operations
                .orElseThrow()
                .authenticate(new RelyingPartyAuthenticationRequest(asked, signed)));
  }

  private static void objecting(ProblemType otherwise, Runnable work) {
    try {
      work.run();
    } catch (WebAuthnException e) {
      PasskeyObjection objection =
          switch (e) {
            case BadChallengeException late -> PasskeyObjection.LATE;
            case BadOriginException elsewhere -> PasskeyObjection.ELSEWHERE;
            case BadRpIdException elsewhere -> PasskeyObjection.ELSEWHERE;
            case CrossOriginException elsewhere -> PasskeyObjection.ELSEWHERE;
            case UserNotVerifiedException unverified -> PasskeyObjection.NOT_VERIFIED;
            case UserNotPresentException unverified -> PasskeyObjection.NOT_VERIFIED;
            case MaliciousCounterValueException copied -> PasskeyObjection.COPIED;
            default -> PasskeyObjection.BROKEN;
          };
      throw objection.as(otherwise, String.valueOf(e.getMessage()));
    } catch (JacksonException noJson) {
      // Of what the browser signed; the library lets it through.
      throw PasskeyObjection.BROKEN.as(otherwise, "no JSON where it was signed");
    }
  }
}
