package org.octroi.usage;

import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.octroi.vocabulary.AtTheDesk;
import org.octroi.vocabulary.KeyId;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** When API keys were used, as far as it is drained. Safe for use by many threads. */
@Component
@AtTheDesk
public class KeyUsage {

  private final JdbcClient jdbc;

  KeyUsage(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The last day of UTC on which each of these keys was used; one never used is not there. */
  public Map<KeyId, LocalDate> lastUsedOn(Collection<KeyId> keys) {
    Map<KeyId, LocalDate> days = new HashMap<>();
    if (!keys.isEmpty()) {
      jdbc.sql("select key_id, last_used_on from usage_key where key_id in (:keys)")
          .param("keys", keys.stream().map(KeyId::toString).toList())
          .query(
              row -> {
                days.put(
                    KeyId.of(row.getString("key_id")),
                    row.getObject("last_used_on", LocalDate.class));
              });
    }
    return days;
  }
}
