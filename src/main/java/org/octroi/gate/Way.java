package org.octroi.gate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Steps in their order, put together once and walked by every passage. A step that waits for
 * something lets the event loop go and comes back to it. Immutable.
 */
final class Way {

  private static final Logger LOG = LoggerFactory.getLogger(Way.class);

  private final List<Step> steps;
  private final BiConsumer<Passage, Refusal> orElse;

  private Way(List<Step> steps, BiConsumer<Passage, Refusal> orElse) {
    this.steps = List.copyOf(steps);
    this.orElse = orElse;
  }

  /** The first step. */
  static Builder first(Step step) {
    return new Builder().then(step);
  }

  /** Puts steps in a row. */
  static final class Builder {
    private final List<Step> steps = new ArrayList<>();

    Builder then(Step step) {
      steps.add(step);
      return this;
    }

    Way orElse(BiConsumer<Passage, Refusal> refuse) {
      return new Way(steps, refuse);
    }
  }

  /** Walks the whole way, or as far as it goes. */
  void walk(Passage passage) {
    walk(passage, 0);
  }

  private void walk(Passage passage, int from) {
    for (int i = from; i < steps.size(); i++) {
      switch (taken(passage, steps.get(i))) {
        case Step.GoOn on -> {}
        case Step.Refused refused -> {
          orElse.accept(passage, refused.refusal());
          return;
        }
        case Step.Later later -> {
          int next = i + 1;
          later
              .outcome()
              .whenComplete(
                  (outcome, fault) ->
                      passage
                          .exchange()
                          .loop()
                          .execute(
                              () ->
                                  comeBack(
                                      passage,
                                      fault == null ? outcome : failed(passage, fault),
                                      next)));
          return;
        }
      }
    }
  }

  private void comeBack(Passage passage, Step.Outcome outcome, int next) {
    switch (outcome) {
      case Step.GoOn on -> walk(passage, next);
      case Step.Refused refused -> orElse.accept(passage, refused.refusal());
      case Step.Later later ->
          throw new IllegalStateException("a step that was waited for may not wait again");
    }
  }

  /**
   * Takes a step. This is the edge of what one request can break: a fault of ours becomes an answer
   * to this caller and a line in the log, and the connection's other requests go on.
   */
  private static Step.Outcome taken(Passage passage, Step step) {
    try {
      return step.take(passage);
    } catch (RuntimeException fault) {
      return failed(passage, fault);
    }
  }

  private static Step.Outcome failed(Passage passage, Throwable fault) {
    passage.giveBack();
    LOG.atError()
        .addKeyValue("request", passage.id())
        .setCause(fault)
        .log("A step of the gate failed");
    return Step.refused(ProblemType.INTERNAL_FAULT);
  }
}
