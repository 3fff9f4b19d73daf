package org.octroi.gate;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Snapshot;
import org.octroi.gate.http.RequestTarget;
import org.octroi.policy.DecisionInput.Authentication;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.token.ApiKey;
import org.octroi.token.ProofVerifier;
import org.octroi.token.TokenVerifier;
import org.octroi.token.TokenVerifier.Verdict;
import org.octroi.vocabulary.KeyHash;
import org.octroi.vocabulary.TokenReach;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step 2: who asks. A token or a key in the {@code Authorization} field, a key in {@code
 * X-API-Key}, and nowhere else (RFC 6750 §2.1), or nobody. A bad credential is never taken for
 * none: its sender would be served as somebody else than they believe. A token that is bound to a
 * key of its sender's comes with a proof of it (RFC 9449 §7).
 *
 * @refuses malformed-request when there is more than one credential, or a key in the query
 * @refuses invalid-token when the credential is none that is known here
 * @refuses expired-token when it was one
 * @refuses issuer-not-trusted when its issuer is trusted, but not in this territory
 * @refuses proof-outdated when the proof that came with a token lacks a nonce that is good now
 * @refuses invalid-proof when it is no proof of the token's key for this request, or was used
 *     before
 */
final class Identify {

  private static final Logger LOG = LoggerFactory.getLogger(Identify.class);
  private static final String BEARER = "Bearer ";
  static final String DPOP = "DPoP ";

  private static final String BOUND_OR_NOT =
      "a token that is bound to a key comes as DPoP, any other as Bearer";

  private static final String SCOPES = "octroi:";
  private static final Passage.Identified NOBODY =
      new Passage.Identified(
          Authentication.ANONYMOUS,
          Optional.empty(),
          Collections.unmodifiableSortedSet(new TreeSet<>()),
          Optional.empty());

  private final TokenVerifier tokens;
  private final ProofVerifier proofs;
  private final KeysUsed keysUsed;
  private final String gate;

  Identify(
      TokenVerifier tokens, ProofVerifier proofs, KeysUsed keysUsed, PublicAddresses addresses) {
    this.tokens = tokens;
    this.proofs = proofs;
    this.keysUsed = keysUsed;
    this.gate = addresses.gate().publicUrl();
  }

  Step.Outcome subject(Passage passage) {
    HttpHeaders headers = passage.request().headers();
    passage.identified(NOBODY);
    List<String> authorizations = headers.getAll(HttpHeaderNames.AUTHORIZATION);
    List<String> keys = headers.getAll("x-api-key");
    if (authorizations.size() + keys.size() > 1) {
      return Step.refused(ProblemType.MALFORMED_REQUEST, "Authorization, X-API-Key");
    }
    if (hasKey(passage.query())) {
      return Step.refused(ProblemType.MALFORMED_REQUEST, "query, X-API-Key");
    }
    if (!keys.isEmpty()) {
      return key(passage, keys.getFirst().strip());
    }
    if (authorizations.isEmpty()) {
      return Step.GoOn.GO_ON;
    }
    String credential = authorizations.getFirst();
    if (has(credential, BEARER)) {
      String text = credential.substring(BEARER.length()).strip();
      return ApiKey.isMeantBy(text) ? key(passage, text) : token(passage, text, false);
    }
    if (has(credential, DPOP)) {
      return token(passage, credential.substring(DPOP.length()).strip(), true);
    }
    return Step.refused(ProblemType.INVALID_TOKEN);
  }

  /** An address is kept by logs and passed on to the store: no place for a key. */
  private static boolean hasKey(Map<String, List<String>> query) {
    for (Map.Entry<String, List<String>> parameter : query.entrySet()) {
      if (ApiKey.isMeantBy(parameter.getKey())) {
        return true;
      }
      for (String value : parameter.getValue()) {
        if (ApiKey.isMeantBy(value)) {
          return true;
        }
      }
    }
    return false;
  }

  /** A key has no scopes of its own and no purpose: it stands for what was agreed. */
  private Step.Outcome key(Passage passage, String text) {
    Optional<Snapshot.HeldKey> found =
        ApiKey.read(text).map(ApiKey::hash).flatMap(passage.snapshot()::key);
    if (found.isEmpty()) {
      return bad(passage, "it is no key that is known");
    }
    Snapshot.Key key = found.get().key();
    if (key.expires().isPresent() && !passage.began().isBefore(key.expires().get())) {
      return Step.refused(ProblemType.EXPIRED_TOKEN, key.expires().get());
    }
    passage.identified(
        new Passage.Identified(
            Authentication.KEY,
            Optional.of(found.get().application()),
            NOBODY.scopes(),
            Optional.empty()));
    keysUsed.used(key.id(), passage.began());
    return Step.GoOn.GO_ON;
  }

  /** Whether a credential comes by a scheme, however that is written (RFC 9110 §11.1). */
  static boolean has(String credential, String scheme) {
    return credential.regionMatches(true, 0, scheme, 0, scheme.length());
  }

  /** An opaque token: what it stands for was brought beforehand, like a key. */
  private Step.Outcome opaque(Passage passage, String token, boolean proved) {
    Optional<Snapshot.HeldKey> found = passage.snapshot().key(KeyHash.of(token));
    if (found.isEmpty() || found.get().key().reach().isEmpty()) {
      return bad(passage, "it is no opaque token that is known");
    }
    Snapshot.Key key = found.get().key();
    TokenReach reach = key.reach().orElseThrow();
    if (key.expires().isPresent() && !passage.began().isBefore(key.expires().get())) {
      return Step.refused(ProblemType.EXPIRED_TOKEN, key.expires().get());
    }
    if (reach.proofKey().isPresent() != proved) {
      return bad(passage, BOUND_OR_NOT);
    }
    if (proved) {
      Step.@Nullable Outcome refusal = unproved(passage, token, reach.proofKey().orElseThrow());
      if (refusal != null) {
        return refusal;
      }
    }
    passage.identified(
        new Passage.Identified(
            Authentication.TOKEN,
            Optional.of(found.get().application()),
            reach.scopes(),
            reach.purpose()));
    return Step.GoOn.GO_ON;
  }

  private Step.Outcome token(Passage passage, String token, boolean proved) {
    if (token.startsWith(TokenReach.PREFIX)) {
      return opaque(passage, token, proved);
    }
    return switch (tokens.verify(token, passage.began())) {
      case Verdict.Good good -> {
        if (good.id().isPresent()
            && passage.snapshot().tokenRevoked(good.issuer(), good.id().get())) {
          yield bad(passage, "it was revoked");
        }
        if (good.proofKey().isPresent() != proved) {
          yield bad(passage, BOUND_OR_NOT);
        }
        if (proved) {
          Step.@Nullable Outcome refusal = unproved(passage, token, good.proofKey().orElseThrow());
          if (refusal != null) {
            yield refusal;
          }
        }
        Optional<Snapshot.Application> application =
            passage.snapshot().application(good.issuer(), good.clientId());
        if (application.isEmpty()) {
          yield bad(passage, "its application is not known");
        }
        if (!passage
            .snapshot()
            .trusts(good.issuer(), passage.routed().dataset().territory().id())) {
          yield Step.refused(ProblemType.ISSUER_NOT_TRUSTED);
        }
        passage.identified(
            new Passage.Identified(
                Authentication.TOKEN, application, ofData(good.scopes()), good.purpose()));
        yield Step.GoOn.GO_ON;
      }
      case Verdict.Expired expired -> Step.refused(ProblemType.EXPIRED_TOKEN, expired.since());
      case Verdict.Bad bad -> bad(passage, bad.why());
    };
  }

  /**
   * Those that are about data. An issuer gives others unasked, such as {@code profile}, which say
   * nothing of what may be read here: without any of ours it is whatever was agreed.
   */
  private static SortedSet<String> ofData(SortedSet<String> scopes) {
    for (String scope : scopes) {
      if (!scope.startsWith(SCOPES)) {
        SortedSet<String> ours = new TreeSet<>(scopes);
        ours.removeIf(one -> !one.startsWith(SCOPES));
        return Collections.unmodifiableSortedSet(ours);
      }
    }
    return scopes;
  }

  /** Why the sender is not taken for the holder of the token's key, or null if they are. */
  private Step.@Nullable Outcome unproved(Passage passage, String token, String thumbprint) {
    List<String> sent = passage.request().headers().getAll("dpop");
    if (sent.size() != 1) {
      return badProof(passage, sent.size() + " proofs came with it");
    }
    ProofVerifier.Verdict verdict =
        proofs.verify(
            sent.getFirst(),
            passage.request().method(),
            address -> isOf(passage, address),
            token,
            thumbprint,
            passage.began());
    return switch (verdict) {
      case ProofVerifier.Verdict.Good good -> null;
      case ProofVerifier.Verdict.OldNonce old -> Step.refused(ProblemType.PROOF_OUTDATED);
      case ProofVerifier.Verdict.Bad(String why) -> badProof(passage, why);
    };
  }

  /** Whether an address is the request's, however either is written (RFC 9449 §4.3, item 9). */
  private boolean isOf(Passage passage, String address) {
    RequestTarget asked = passage.request().target();
    return address.length() > gate.length()
        && address.regionMatches(true, 0, gate, 0, gate.length())
        && RequestTarget.of(address.substring(gate.length()))
            .filter(
                named ->
                    named.segments().equals(asked.segments())
                        && named.trailingSlash() == asked.trailingSlash())
            .isPresent();
  }

  private static Step.Outcome badProof(Passage passage, String why) {
    note(passage, why);
    return Step.refused(ProblemType.INVALID_PROOF);
  }

  private static Step.Outcome bad(Passage passage, String why) {
    note(passage, why);
    return Step.refused(ProblemType.INVALID_TOKEN);
  }

  private static void note(Passage passage, String why) {
    LOG.atDebug()
        .addKeyValue("request", passage.id())
        .addKeyValue("why", why)
        .log("A token or key was not accepted");
  }
}
