package org.octroi.feed;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.octroi.entitlement.Entitlements;
import org.octroi.identity.web.ProblemAnswers;
import org.octroi.problem.ProblemType;
import org.octroi.problem.PublicAddresses;
import org.octroi.problem.Refusal;
import org.octroi.problem.RefusedException;
import org.octroi.quota.Leases;
import org.octroi.relay.Brief;
import org.octroi.relay.Question;
import org.octroi.relay.Secrets;
import org.octroi.secret.Seal;
import org.octroi.token.TrustedKeys;
import org.octroi.usage.Pseudonyms;
import org.octroi.usage.ReceivedJournals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.MediaType;
import org.springframework.transaction.TransactionException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;

/** The desk's end of the line to gates on other machines; no part of the public API. */
@RestController
class GateLine {

  private static final Logger LOG = LoggerFactory.getLogger(GateLine.class);

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(20);
  private static final Duration BUSY = Duration.ofSeconds(1);

  /** A gate that is cut off for longer names callers by keys of its own. */
  private static final int DAYS_AHEAD = 35;

  /** Somewhere it is still the day before the day before, by the clocks of a late gate. */
  private static final int DAYS_BACK = 2;

  private final UUID desk = UUID.randomUUID();
  private final LiveGates live;
  private final EnrolledGates gates;
  private final Entitlements entitlements;
  private final TrustedKeys trusted;
  private final Pseudonyms pseudonyms;
  private final Leases leases;
  private final ReceivedJournals journals;
  private final PublicAddresses addresses;
  private final Seal seal;
  private final Secrets secrets;
  private final Clock clock;
  private final ProblemAnswers problems;

  private volatile @Nullable Made made;

  private record Made(TrustedKeys.Trusted trusted, LocalDate today, Brief.Standing standing) {}

  GateLine(
      LiveGates live,
      EnrolledGates gates,
      Entitlements entitlements,
      TrustedKeys trusted,
      Pseudonyms pseudonyms,
      Leases leases,
      ReceivedJournals journals,
      PublicAddresses addresses,
      Seal seal,
      Clock clock,
      ProblemAnswers problems) {
    this.live = live;
    this.gates = gates;
    this.entitlements = entitlements;
    this.trusted = trusted;
    this.pseudonyms = pseudonyms;
    this.leases = leases;
    this.journals = journals;
    this.addresses = addresses;
    this.seal = seal;
    this.secrets = Secrets.travelling(seal);
    this.clock = clock;
    this.problems = problems;
  }

  @PostMapping(Question.PATH + "{name}")
  void hear(
      @PathVariable String name,
      @RequestAttribute(GateLineGuard.GATE) GateId gate,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    try {
      if (name.equals(Question.NEWS.name())) {
        answer(Question.NEWS, request, response, ask -> news(gate, ask));
      } else if (name.equals(Question.LEASE.name())) {
        answer(Question.LEASE, request, response, leases::answer);
      } else if (name.equals(Question.JOURNAL_PLACE.name())) {
        answer(
            Question.JOURNAL_PLACE,
            request,
            response,
            of -> {
              mayKeep(gate, of.journal());
              return journals.has(of.journal());
            });
      } else if (name.equals(Question.JOURNAL_PART.name())) {
        answer(
            Question.JOURNAL_PART,
            request,
            response,
            part -> {
              mayKeep(gate, part.journal());
              return journals.take(part);
            });
      } else {
        throw RefusedException.of(ProblemType.NOT_FOUND, name);
      }
    } catch (RefusedException e) {
      problems.write(request, response, e.refusal());
    } catch (DataAccessException | TransactionException e) {
      LOG.warn("Gate {} can't be answered now: {}", gate, e.getMessage());
      problems.write(request, response, ProblemAnswers.retryAfter(ProblemType.DESK_BUSY, BUSY));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problems.write(request, response, ProblemAnswers.retryAfter(ProblemType.DESK_BUSY, BUSY));
    }
  }

  /** Makes an answer of what was asked. */
  private interface Answering<Q, A> {
    A answer(Q asked) throws IOException, InterruptedException;
  }

  private <Q extends Record, A extends Record> void answer(
      Question<Q, A> question,
      HttpServletRequest request,
      HttpServletResponse response,
      Answering<Q, A> answering)
      throws IOException, InterruptedException {
    if (!question.form().equals(request.getHeader(Question.FORM))) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "the gate and the desk are of two releases: start the same");
    }
    Q asked;
    try {
      asked = question.asked().read(request.getInputStream(), secrets);
    } catch (IOException e) {
      LOG.warn("A gate's question could not be read: {}", e.getMessage());
      throw RefusedException.of(ProblemType.MALFORMED_REQUEST, "body");
    }
    A answer = answering.answer(asked);
    response.setContentType(MediaType.APPLICATION_OCTET_STREAM_VALUE);
    response.setHeader("Cache-Control", "no-store");
    question.answered().write(answer, response.getOutputStream(), secrets);
  }

  private void mayKeep(GateId gate, UUID journal) {
    if (!gates.mayKeep(gate, journal)) {
      throw RefusedException.of(
          ProblemType.CONFLICT, "this journal is that of another gate, which is not revoked");
    }
  }

  private Brief news(GateId gate, Brief.Ask ask) throws InterruptedException {
    boolean ours = ask.desk().equals(desk);
    long inForce = ours ? ask.count() : -1;
    Duration patience = Duration.ofMillis(Math.max(0, ask.waitMillis()));
    LiveGates.Woken woken =
        live.ask(
            gate,
            inForce,
            patience.compareTo(LONGEST_WAIT) < 0 ? patience : LONGEST_WAIT,
            () -> !standing().hash().equals(ask.standing()));
    if (woken == LiveGates.Woken.TURNED_AWAY) {
      throw new RefusedException(Refusal.of(ProblemType.INVALID_TOKEN));
    }
    Entitlements.News news = entitlements.newsSince(inForce);
    return new Brief(desk, news.count(), news.whole(), news.changes(), standing());
  }

  /** What seldom changes is put together only when it does: waiting gates look often. */
  private Brief.Standing standing() {
    TrustedKeys.Trusted now = trusted.trusted();
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    @Nullable Made known = made;
    if (known == null || !known.trusted().equals(now) || !known.today().equals(today)) {
      known = new Made(now, today, standing(now, today));
      made = known;
    }
    return known.standing();
  }

  private Brief.Standing standing(TrustedKeys.Trusted now, LocalDate today) {
    List<Brief.PseudonymKey> keys = new ArrayList<>();
    for (int day = -DAYS_BACK; day <= DAYS_AHEAD; day++) {
      keys.add(Brief.PseudonymKey.of(today.plusDays(day), pseudonyms, seal));
    }
    return new Brief.Standing(
        addresses.desk().publicUrl(),
        addresses.gate().publicUrl(),
        now.audience(),
        now.jwksByIssuer(),
        keys);
  }
}
