package org.octroi.gate;

import java.util.concurrent.CompletionStage;
import org.octroi.problem.ProblemType;
import org.octroi.problem.Refusal;

/** One step of a passage: it goes on, refuses, or tells later. On the passage's event loop. */
@FunctionalInterface
interface Step {

  Outcome take(Passage passage);

  /** What came of a step. */
  sealed interface Outcome {}

  /** On to the next step. */
  enum GoOn implements Outcome {
    GO_ON
  }

  /** Here it ends. */
  record Refused(Refusal refusal) implements Outcome {}

  /** It is not known yet; the stage may complete on any thread. */
  record Later(CompletionStage<Outcome> outcome) implements Outcome {}

  /** A refusal of this type; the arguments fill its sentences. */
  static Outcome refused(ProblemType type, Object... arguments) {
    return new Refused(Refusal.of(type, arguments));
  }
}
