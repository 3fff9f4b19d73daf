package org.octroi.gate;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.octroi.entitlement.Snapshot;
import org.octroi.policy.DecisionInput.Authentication;
import org.octroi.problem.ProblemType;
import org.octroi.token.TokenVerifier;
import org.octroi.token.TokenVerifier.Verdict;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Step 2: who asks. A token in the {@code Authorization} field, and nowhere else (RFC 6750 §2.1),
 * or nobody. A bad credential is never taken for none: its sender would be served as somebody else
 * than they believe.
 *
 * @refuses malformed-request when there is more than one credential
 * @refuses invalid-token when the credential is none that is known here
 * @refuses expired-token when it was one
 */
final class Identify {

  private static final Logger LOG = LoggerFactory.getLogger(Identify.class);
  private static final String BEARER = "Bearer ";
  private static final Passage.Identified NOBODY =
      new Passage.Identified(
          Authentication.ANONYMOUS,
          Optional.empty(),
          Collections.unmodifiableSortedSet(new TreeSet<>()),
          Optional.empty());

  private final TokenVerifier tokens;

  Identify(TokenVerifier tokens) {
    this.tokens = tokens;
  }

  Step.Outcome subject(Passage passage) {
    HttpHeaders headers = passage.request().headers();
    passage.identified(NOBODY);
    List<String> authorizations = headers.getAll(HttpHeaderNames.AUTHORIZATION);
    List<String> keys = headers.getAll("x-api-key");
    if (authorizations.size() + keys.size() > 1) {
      return Step.refused(ProblemType.MALFORMED_REQUEST, "Authorization, X-API-Key");
    }
    if (!keys.isEmpty()) {
      return Step.refused(ProblemType.INVALID_TOKEN);
    }
    if (authorizations.isEmpty()) {
      return Step.GoOn.GO_ON;
    }
    String credential = authorizations.getFirst();
    if (!credential.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return Step.refused(ProblemType.INVALID_TOKEN);
    }
    return bearer(passage, credential.substring(BEARER.length()).strip());
  }

  private Step.Outcome bearer(Passage passage, String token) {
    return switch (tokens.verify(token, passage.began())) {
      case Verdict.Good good -> {
        Optional<Snapshot.Application> application =
            passage.snapshot().application(good.issuer(), good.clientId());
        if (application.isEmpty()) {
          yield bad(passage, "its application is not known");
        }
        passage.identified(
            new Passage.Identified(
                Authentication.TOKEN, application, good.scopes(), good.purpose()));
        yield Step.GoOn.GO_ON;
      }
      case Verdict.Expired expired -> Step.refused(ProblemType.EXPIRED_TOKEN, expired.since());
      case Verdict.Bad bad -> bad(passage, bad.why());
    };
  }

  private static Step.Outcome bad(Passage passage, String why) {
    LOG.atDebug()
        .addKeyValue("request", passage.id())
        .addKeyValue("why", why)
        .log("A token was not accepted");
    return Step.refused(ProblemType.INVALID_TOKEN);
  }
}
