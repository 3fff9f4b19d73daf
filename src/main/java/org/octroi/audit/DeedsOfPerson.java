package org.octroi.audit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.octroi.vocabulary.PersonId;
import org.octroi.vocabulary.PersonalRecords;
import org.springframework.stereotype.Component;

/** What a person did, and what was done to their account, as the trail has it. */
@Component
class DeedsOfPerson implements PersonalRecords {

  private final AuditTrail trail;

  DeedsOfPerson(AuditTrail trail) {
    this.trail = trail;
  }

  @Override
  public Map<String, List<Map<String, Object>>> of(PersonId person) {
    return Map.of("audit", trail.ofPerson(person).stream().map(DeedsOfPerson::deed).toList());
  }

  private static Map<String, Object> deed(AuditEntry entry) {
    Map<String, Object> deed = new LinkedHashMap<>();
    deed.put("place", entry.place());
    deed.put("at", entry.at().toString());
    deed.put("action", entry.action());
    deed.put("subjectKind", entry.subjectKind());
    deed.put("subjectId", entry.subjectId());
    deed.put("details", entry.details());
    return deed;
  }
}
