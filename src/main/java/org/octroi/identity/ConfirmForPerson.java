package org.octroi.identity;

import org.octroi.problem.ProblemType;
import org.octroi.problem.RefusedException;
import org.octroi.vocabulary.Caller;
import org.octroi.vocabulary.PersonId;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * An operator confirms that an address is its owner's: where there is no mail server, or a letter
 * does not arrive.
 *
 * @refuses forbidden when the caller is no operator
 * @refuses not-found when nobody has this id
 */
@Component
@Transactional
class ConfirmForPerson {

  private final People people;
  private final EmailConfirmation confirmation;

  ConfirmForPerson(People people, EmailConfirmation confirmation) {
    this.people = people;
    this.confirmation = confirmation;
  }

  void handle(PersonId id, Caller by) {
    if (!by.isOperator()) {
      throw RefusedException.of(ProblemType.FORBIDDEN, "to confirm an address");
    }
    if (people.findActive(id).isEmpty()) {
      throw RefusedException.of(ProblemType.NOT_FOUND, id.toString());
    }
    confirmation.confirmed(id, by.actor());
  }
}
