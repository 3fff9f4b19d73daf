package org.octroi.vocabulary;

import java.util.List;
import java.util.Map;

/**
 * What a room keeps about a person, for them to take along (Reg. 2016/679, art. 15 and 20). A room
 * makes a component of it; no more is needed.
 */
public interface PersonalRecords {

  /**
   * What is kept about this person: for each kind, such as {@code personal-tokens}, its records;
   * never a secret, and nothing of anybody else.
   */
  Map<String, List<Map<String, Object>>> of(PersonId person);
}
