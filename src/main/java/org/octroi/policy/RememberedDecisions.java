package org.octroi.policy;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.octroi.vocabulary.Sha256;
import org.springframework.stereotype.Component;

/**
 * Asks the policy once per shape of request, and remembers what it said until the answer must be
 * asked again. This is the gate's way to the policy. Safe for use by many threads; no thread waits
 * for another's question, so that two may ask the same one at the same time.
 *
 * <p>The shape is all of the input but its minute: a change of the agreement, the tier or the
 * dataset is another shape, so nothing need be forgotten when the entitlements change.
 */
@Component
public final class RememberedDecisions {

  /** 128 bits name a shape; they are no secret and stand in every usage event. */
  private static final int HASH_DIGITS = 32;

  private final PolicyEngine policy;
  private final Cache<DecisionInput, Answer> memory;
  private final Counter hits;
  private final Counter misses;

  RememberedDecisions(PolicyEngine policy, PolicyProperties properties, MeterRegistry meters) {
    this.policy = policy;
    this.memory =
        Caffeine.newBuilder()
            .maximumSize(properties.rememberedDecisions())
            .executor(Runnable::run)
            .expireAfterWrite(DecisionDocument.REVIEW_AFTER)
            .build();
    this.hits = lookups(meters, "hit");
    this.misses = lookups(meters, "miss");
    Gauge.builder("octroi.policy.remembered", memory, Cache::estimatedSize)
        .description("Decisions remembered")
        .register(meters);
  }

  /**
   * A decision.
   *
   * @param decision what the policy said
   * @param shapeHash the name of the request's shape: the first 32 hex digits of the SHA-256 of the
   *     input document without its times
   * @param fresh whether the policy was asked for it just now
   * @param document the document that it was asked with, where it was asked just now: to be kept
   *     under the shape's hash, for replay
   * @param asked the minute of the question: a clock that was set back asks again
   * @param policyRevision the policy that was asked
   */
  public record Answer(
      Decision decision,
      String shapeHash,
      boolean fresh,
      Optional<String> document,
      Instant asked,
      String policyRevision) {

    private boolean answers(Instant now, String revision) {
      return !now.isBefore(asked)
          && now.isBefore(decision.validUntil())
          && policyRevision.equals(revision);
    }
  }

  /**
   * Whether an answer that somebody kept still is what the policy says of the same shape; counted
   * as a decision that was remembered.
   *
   * @param now the time of the request
   * @param revision the policy in force
   */
  public boolean stillAnswers(Answer answer, Instant now, String revision) {
    boolean still = answer.answers(now, revision);
    if (still) {
      hits.increment();
    }
    return still;
  }

  /** The decision on this input where it is remembered; the policy is not asked. */
  public Optional<Answer> remembered(DecisionInput input) {
    Answer remembered = memory.getIfPresent(withoutMinute(input));
    return remembered != null && stillAnswers(remembered, input.minute(), policy.revision())
        ? Optional.of(remembered)
        : Optional.empty();
  }

  /** Forgets the decision on inputs of this shape: the next one is asked, and fresh, again. */
  public void forget(DecisionInput input) {
    memory.invalidate(withoutMinute(input));
  }

  /**
   * The policy's decision on this input, remembered or asked.
   *
   * @throws DecisionUnavailableException when nothing is remembered and the policy can't be asked
   */
  public Answer decide(DecisionInput input) {
    DecisionInput shape = withoutMinute(input);
    Answer remembered = memory.getIfPresent(shape);
    if (remembered != null && stillAnswers(remembered, input.minute(), policy.revision())) {
      return remembered;
    }
    misses.increment();
    return ask(input, shape, remembered);
  }

  private Answer ask(DecisionInput input, DecisionInput shape, @Nullable Answer before) {
    String revision = policy.revision();
    Decision decision = policy.decide(input);
    String shapeHash = before != null ? before.shapeHash() : hash(input);
    memory.put(
        shape, new Answer(decision, shapeHash, false, Optional.empty(), input.minute(), revision));
    return new Answer(
        decision, shapeHash, true, Optional.of(policy.document(input)), input.minute(), revision);
  }

  private static String hash(DecisionInput input) {
    byte[] document = DecisionDocument.shapeOf(input).getBytes(StandardCharsets.UTF_8);
    return Sha256.hex(document).substring(0, HASH_DIGITS);
  }

  private static DecisionInput withoutMinute(DecisionInput input) {
    return new DecisionInput(
        input.subject(),
        input.grant(),
        input.resource(),
        input.action(),
        input.format(),
        input.columns(),
        input.operators(),
        input.purpose(),
        Instant.EPOCH,
        input.region(),
        input.channel());
  }

  private static Counter lookups(MeterRegistry meters, String result) {
    return Counter.builder("octroi.policy.lookups")
        .description("Decisions that the gate needed, by whether one was remembered")
        .tag("result", result)
        .register(meters);
  }
}
