package org.octroi.policy;

import java.util.Locale;
import org.octroi.obligation.Obligations.Mask;
import org.octroi.obligation.Obligations.Operator;

/** How masks and operators are called in the policy's documents: their names in lower case. */
final class ObligationWords {

  private ObligationWords() {}

  static String of(Mask.How how) {
    return how.name().toLowerCase(Locale.ROOT);
  }

  static String of(Operator operator) {
    return operator.name().toLowerCase(Locale.ROOT);
  }

  static Mask.How how(String word) {
    for (Mask.How how : Mask.How.values()) {
      if (of(how).equals(word)) {
        return how;
      }
    }
    throw new DecisionUnavailableException("The policy demands a mask nobody knows: " + word);
  }

  static Operator operator(String word) {
    for (Operator operator : Operator.values()) {
      if (of(operator).equals(word)) {
        return operator;
      }
    }
    throw new DecisionUnavailableException("The policy demands a comparison nobody knows: " + word);
  }
}
