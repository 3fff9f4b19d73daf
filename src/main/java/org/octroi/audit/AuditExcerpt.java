package org.octroi.audit;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import org.octroi.vocabulary.TerritoryId;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The part of the record that is about some things. Safe for use by many threads. */
@Component
public class AuditExcerpt {

  private final AuditTrail trail;
  private final JsonMapper json;

  AuditExcerpt(AuditTrail trail, JsonMapper json) {
    this.trail = trail;
    this.json = json;
  }

  /**
   * All entries about these things, oldest first, as JSON Lines with their hashes: each can be
   * found in the whole record by its place.
   *
   * @param subjects their ids
   */
  public byte[] about(TerritoryId territory, Collection<String> subjects) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    trail
        .about(territory, subjects)
        .forEach(
            link -> {
              lines.writeBytes(json.writeValueAsBytes(AuditApi.ExportLine.of(link)));
              lines.write('\n');
            });
    return lines.toByteArray();
  }
}
